/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.model;

import java.util.Collection;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A text encoder that a kind of model has, and that may come from a file of its own.
 *
 * @param encoder the component
 * @param tokenizer the component with its vocabulary
 * @param kind by which such a file is recognised
 * @param text what it is, for messages
 * @param isNeeded whether no model of this kind is whole without it
 */
public record EncoderPlace(
    Component encoder, Component tokenizer, Kind kind, String text, boolean isNeeded) {

  /** The networks that read prompts, by the names of their tensors. */
  public enum Kind {
    /** CLIP; of two the wider is OpenCLIP ViT-bigG. */
    CLIP("(text_model\\.)?encoder\\.layers\\.0\\..+", "embeddings.token_embedding.weight"),
    /** T5 v1.1, the encoder alone or with its decoder. */
    T5("encoder\\.block\\.0\\..+", "encoder.final_layer_norm.weight"),
    /** Qwen3. */
    QWEN3("(model\\.)?layers\\.0\\.self_attn\\.q_norm\\.weight", "embed_tokens.weight");

    private final Pattern names;
    private final String widest;

    Kind(String names, String widest) {
      this.names = Pattern.compile(names);
      this.widest = widest;
    }

    /** Returns the kind of a file with tensors of such names. */
    static Optional<Kind> of(Collection<String> tensors) {
      return Stream.of(values())
          .filter(kind -> tensors.stream().anyMatch(n -> kind.names.matcher(n).matches()))
          .findFirst();
    }

    /** Returns whether a tensor's last size is the width of a token. */
    boolean tellsWidth(String tensor) {
      return tensor.endsWith(widest);
    }
  }
}
