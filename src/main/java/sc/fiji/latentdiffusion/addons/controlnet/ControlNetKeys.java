/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.controlnet;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.models.unet.UNetNames;

/**
 * The original names of a ControlNet's tensors ({@code input_hint_block.2.weight}, {@code
 * zero_convs.3.0.bias}) → diffusers' ({@code controlnet_cond_embedding.blocks.0.weight}, {@code
 * controlnet_down_blocks.3.bias}). The rest has the names of a U-Net.
 */
public final class ControlNetKeys {

  /** The prefixes of the original names in most files, and in those with a whole model. */
  static final String PREFIX = "control_model.";

  private static final Pattern HINT = Pattern.compile("input_hint_block\\.(\\d{1,3})\\.(.+)");
  private static final Pattern ZERO = Pattern.compile("zero_convs\\.(\\d+)\\.0\\.(.+)");
  private static final Pattern MIDDLE = Pattern.compile("middle_block_out\\.0\\.(.+)");

  private ControlNetKeys() {}

  /**
   * Names all tensors anew.
   *
   * @param original by their names without the prefix
   * @return the same by diffusers' names; a tensor without a place there keeps its name
   */
  public static Map<String, StoredTensor> toDiffusers(Map<String, StoredTensor> original) {
    int last = lastHint(original);
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    UNetNames.toDiffusers(original)
        .forEach(
            (name, tensor) -> {
              String place = diffusers(name, last);
              tensors.put(place, tensor.named(place));
            });
    return tensors;
  }

  private static int lastHint(Map<String, StoredTensor> original) {
    int last = 0;
    for (String name : original.keySet()) {
      Matcher hint = HINT.matcher(name);
      if (hint.matches()) last = Math.max(last, Integer.parseInt(hint.group(1)));
    }
    return last;
  }

  private static String diffusers(String name, int lastHint) {
    Matcher hint = HINT.matcher(name);
    if (hint.matches()) {
      int index = Integer.parseInt(hint.group(1));
      String place = index == 0 ? "conv_in" : "blocks." + (index / 2 - 1);
      place = index == lastHint ? "conv_out" : place;
      return "controlnet_cond_embedding." + place + "." + hint.group(2);
    }
    return MIDDLE
        .matcher(ZERO.matcher(name).replaceFirst("controlnet_down_blocks.$1.$2"))
        .replaceFirst("controlnet_mid_block.$1");
  }
}
