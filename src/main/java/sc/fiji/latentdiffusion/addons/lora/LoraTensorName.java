/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * The name of a tensor of a LoRA, as kohya's scripts and LyCORIS write it ({@code
 * lora_unet_mid_block_…_to_q.lora_down.weight}), diffusers ({@code
 * unet.mid_block.….to_q.lora.down.weight}) or peft ({@code
 * base_model.model.mid_block.….to_q.lora_A.weight}).
 *
 * @param layer the layer's name in the file
 * @param part of the layer
 */
record LoraTensorName(String layer, LoraPart part) {

  /** Other adapters whose files look like a LoRA's. */
  private static final Map<String, String> UNSUPPORTED =
      Map.of(
          "oft_r.", "OFT of peft before 0.14",
          "lambda_layer", "T-LoRA",
          "vera_", "VeRA",
          "lora_embedding_", "a LoRA of an embedding",
          "lora_B.bias", "a LoRA with biases",
          "lora_up.bias", "a LoRA with biases",
          "emb_params", "a textual inversion",
          "string_to_param", "a textual inversion");

  /**
   * Reads a name.
   *
   * @param file that holds the tensor
   * @param name of the tensor
   * @throws IOException if no algebra has tensors of such a name
   */
  static LoraTensorName of(LoraFile file, String name) throws IOException {
    for (LoraPart part : Algebras.all()) {
      Optional<String> layer = part.layer(name, file.tensors().keySet());
      if (layer.isPresent()) return new LoraTensorName(layer.get(), part);
    }
    throw new IOException(
        file
            + " holds \""
            + name
            + "\", which is not a LoRA tensor"
            + other(name)
            + ": expected names that end, for example, in "
            + Algebras.examples()
            + ". Choose another file.");
  }

  private static String other(String name) {
    return UNSUPPORTED.entrySet().stream()
        .filter(entry -> name.contains(entry.getKey()))
        .map(entry -> " but " + entry.getValue() + ", which is not supported by this version")
        .findFirst()
        .orElse("");
  }
}
