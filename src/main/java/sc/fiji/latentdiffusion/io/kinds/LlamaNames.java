/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.kinds;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names that llama.cpp gives T5's tensors ({@code enc.blk.0.attn_q.weight}) → those of
 * transformers ({@code encoder.block.0.layer.0.SelfAttention.q.weight}).
 */
final class LlamaNames {

  private static final Pattern LAYER = Pattern.compile("enc\\.blk\\.(\\d{1,3})\\.(\\w+)\\.weight");

  private static final Map<String, String> LAYERS =
      Map.of(
          "attn_norm", "layer.0.layer_norm",
          "attn_q", "layer.0.SelfAttention.q",
          "attn_k", "layer.0.SelfAttention.k",
          "attn_v", "layer.0.SelfAttention.v",
          "attn_o", "layer.0.SelfAttention.o",
          "attn_rel_b", "layer.0.SelfAttention.relative_attention_bias",
          "ffn_norm", "layer.1.layer_norm",
          "ffn_gate", "layer.1.DenseReluDense.wi_0",
          "ffn_up", "layer.1.DenseReluDense.wi_1",
          "ffn_down", "layer.1.DenseReluDense.wo");

  private static final Map<String, String> TOP =
      Map.of(
          "token_embd.weight", "shared.weight",
          "enc.output_norm.weight", "encoder.final_layer_norm.weight",
          "output.weight", "lm_head.weight");

  private LlamaNames() {}

  /** Returns the name in transformers; unknown ones stay. */
  static String toTransformers(String tensor) {
    if (tensor.startsWith("dec.")) return "decoder." + tensor.substring("dec.".length());
    Matcher layer = LAYER.matcher(tensor);
    if (!layer.matches()) return TOP.getOrDefault(tensor, tensor);
    String name = LAYERS.get(layer.group(2));
    return name == null ? tensor : "encoder.block." + layer.group(1) + "." + name + ".weight";
  }
}
