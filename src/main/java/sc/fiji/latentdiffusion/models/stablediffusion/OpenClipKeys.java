/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.stablediffusion;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.io.StoredTensor;

/**
 * OpenCLIP's names of a text encoder's tensors ({@code
 * transformer.resblocks.0.attn.in_proj_weight}) → those of transformers ({@code
 * text_model.encoder.layers.0.self_attn.q_proj.weight}, and k and v, which lie in one tensor
 * there). {@code text_projection} keeps its name: it is the transpose of transformers' {@code
 * text_projection.weight}.
 */
final class OpenClipKeys {

  private static final String PROJECTION = "text_projection";
  private static final Map<String, String> TOP =
      Map.of(
          "positional_embedding", "text_model.embeddings.position_embedding.weight",
          "token_embedding.weight", "text_model.embeddings.token_embedding.weight",
          "ln_final.weight", "text_model.final_layer_norm.weight",
          "ln_final.bias", "text_model.final_layer_norm.bias");
  private static final Pattern LAYER =
      Pattern.compile("transformer\\.resblocks\\.(\\d{1,3})\\.(.+)");
  private static final List<String> QKV = List.of("q_proj", "k_proj", "v_proj");

  private final int layers;
  private final boolean projected;
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();

  private OpenClipKeys(int layers, boolean projected) {
    this.layers = layers;
    this.projected = projected;
  }

  /**
   * Names all tensors anew.
   *
   * @param original by the names below {@code model.}
   * @param layers how many are used; Stable Diffusion 2.x leaves out the last one that was trained
   * @param projected whether the projection of the whole text is used
   * @return the same by transformers' names
   * @throws IOException if a tensor that holds three has another shape
   */
  static Map<String, StoredTensor> toTransformers(
      Map<String, StoredTensor> original, int layers, boolean projected) throws IOException {
    OpenClipKeys keys = new OpenClipKeys(layers, projected);
    for (Map.Entry<String, StoredTensor> entry : original.entrySet()) {
      keys.add(entry.getKey(), entry.getValue());
    }
    return keys.tensors;
  }

  private void add(String name, StoredTensor tensor) throws IOException {
    Matcher layer = LAYER.matcher(name);
    if (layer.matches()) {
      if (Integer.parseInt(layer.group(1)) < layers) add(layer, tensor);
    } else if (name.equals(PROJECTION)) {
      if (projected) put(PROJECTION, tensor);
    } else if (!name.equals("logit_scale") && !name.equals("attn_mask")) {
      put(TOP.getOrDefault(name, name), tensor);
    }
  }

  private void add(Matcher layer, StoredTensor tensor) throws IOException {
    String place = "text_model.encoder.layers." + layer.group(1) + ".";
    String rest = layer.group(2);
    if (rest.startsWith("attn.in_proj_")) {
      String end = "." + rest.substring("attn.in_proj_".length());
      for (int i = 0; i < QKV.size(); i++) {
        String part = place + "self_attn." + QKV.get(i) + end;
        tensors.put(part, tensor.part(part, i, QKV.size()));
      }
      return;
    }
    put(
        place
            + rest.replaceFirst("^ln_", "layer_norm")
                .replaceFirst("^attn\\.", "self_attn.")
                .replaceFirst("^mlp\\.c_fc\\.", "mlp.fc1.")
                .replaceFirst("^mlp\\.c_proj\\.", "mlp.fc2."),
        tensor);
  }

  private void put(String name, StoredTensor tensor) {
    tensors.put(name, tensor.named(name));
  }
}
