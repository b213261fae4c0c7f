/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.vae;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.io.StoredTensor;

/**
 * The original names of a VAE's tensors ({@code decoder.up.3.block.0.nin_shortcut.weight}) →
 * diffusers' ({@code decoder.up_blocks.0.resnets.0.conv_shortcut.weight}). The original counts the
 * decoder's levels from the largest picture, diffusers in the order in which they run.
 */
public final class VaeKeys {

  private static final Pattern LEVEL =
      Pattern.compile("(encoder\\.down|decoder\\.up)\\.(\\d{1,3})\\.");

  private VaeKeys() {}

  /**
   * Names all tensors anew.
   *
   * @param original by the names below {@code first_stage_model.}; the discriminator's {@code
   *     loss.} may be among them
   * @return the same by diffusers' names, without {@code loss.}
   */
  public static Map<String, StoredTensor> toDiffusers(Map<String, StoredTensor> original) {
    int levels = levels(original);
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    original.forEach(
        (name, tensor) -> {
          if (name.startsWith("loss.") || name.startsWith("model_ema.")) return;
          String place = diffusers(name, levels);
          tensors.put(place, tensor.named(place));
        });
    return tensors;
  }

  private static int levels(Map<String, StoredTensor> original) {
    int levels = 0;
    for (String name : original.keySet()) {
      Matcher level = LEVEL.matcher(name);
      if (name.startsWith("decoder.") && level.lookingAt()) {
        levels = Math.max(levels, Integer.parseInt(level.group(2)) + 1);
      }
    }
    return levels;
  }

  private static String diffusers(String name, int levels) {
    return level(name, levels)
        .replaceFirst("\\.block\\.(\\d+)\\.", ".resnets.$1.")
        .replaceFirst("\\.attn\\.(\\d+)\\.", ".attentions.$1.")
        .replaceFirst("\\.mid\\.block_1\\.", ".mid_block.resnets.0.")
        .replaceFirst("\\.mid\\.block_2\\.", ".mid_block.resnets.1.")
        .replaceFirst("\\.mid\\.attn_1\\.", ".mid_block.attentions.0.")
        .replaceFirst("\\.(down|up)sample\\.conv\\.", ".$1samplers.0.conv.")
        .replaceFirst("\\.nin_shortcut\\.", ".conv_shortcut.")
        .replaceFirst("\\.norm_out\\.", ".conv_norm_out.")
        .replaceFirst("(\\.attentions\\.\\d+)\\.norm\\.", "$1.group_norm.")
        .replaceFirst("(\\.attentions\\.\\d+)\\.q\\.", "$1.to_q.")
        .replaceFirst("(\\.attentions\\.\\d+)\\.k\\.", "$1.to_k.")
        .replaceFirst("(\\.attentions\\.\\d+)\\.v\\.", "$1.to_v.")
        .replaceFirst("(\\.attentions\\.\\d+)\\.proj_out\\.", "$1.to_out.0.");
  }

  private static String level(String name, int levels) {
    Matcher level = LEVEL.matcher(name);
    if (!level.lookingAt()) return name;
    int index = Integer.parseInt(level.group(2));
    String place =
        name.startsWith("encoder.")
            ? "encoder.down_blocks." + index
            : "decoder.up_blocks." + (levels - 1 - index);
    return place + "." + name.substring(level.end());
  }
}
