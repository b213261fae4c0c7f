/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.unet2d;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * Compares the structure that settings tell with that of the weights, of which the network is
 * built. Settings that are absent are not compared.
 *
 * @param weights the U-Net's place
 * @param config its settings
 */
record SettingsMatch(Weights weights, Config config) {

  /**
   * Compares.
   *
   * @throws IOException if they differ, naming the setting and the tensor
   */
  void require() throws IOException {
    List<Integer> widths = config.integers("block_out_channels");
    List<String> down = config.texts("down_block_types");
    List<String> up = config.texts("up_block_types");
    if (!widths.isEmpty()) requireLevels("block_out_channels", widths.size());
    if (!down.isEmpty()) requireLevels("down_block_types", down.size());
    for (int i = 0; i < widths.size(); i++) {
      requireWidth("block_out_channels", widths.get(i), "down_blocks." + i + ".resnets.0.conv2");
    }
    requireBlocks("down_block_types", down, "down_blocks.", 0);
    requireBlocks("up_block_types", up, "up_blocks.", 1);
    requireMiddle();
    if (config.has("time_embedding_dim")) {
      int width = config.integer("time_embedding_dim");
      requireWidth("time_embedding_dim", width, "time_embedding.linear_2");
    }
  }

  private void requireLevels(String key, int asked) throws IOException {
    int found = weights.count("down_blocks");
    require(key, asked + " levels", asked == found, "down_blocks.", found + " levels");
  }

  private void requireWidth(String key, int asked, String layer) throws IOException {
    String tensor = layer + ".weight";
    long found = weights.shape(tensor)[0];
    require(key, asked, asked == found, tensor, found + " channels");
  }

  private void requireBlocks(String key, List<String> types, String place, int more)
      throws IOException {
    for (int i = 0; i < types.size(); i++) {
      String attentions = place + i + ".attentions.";
      boolean attends = weights.has(place + i + ".attentions");
      boolean asked = types.get(i).startsWith("Attn");
      require(key, types.get(i), asked == attends, attentions, attends ? "tensors" : "none");
      if (!config.has("layers_per_block")) continue;
      int layers = config.integer("layers_per_block");
      int found = weights.count(place + i + ".resnets") - more;
      String resnets = place + i + ".resnets.";
      require("layers_per_block", layers, layers == found, resnets, found + " layers");
    }
  }

  private void requireMiddle() throws IOException {
    boolean isThere = weights.has("mid_block");
    boolean isNull = config.toMap().containsKey("mid_block_type") && !config.has("mid_block_type");
    require("mid_block_type", null, !(isNull && isThere), "mid_block.", "tensors");
    if (!isThere || !config.has("add_attention")) return;
    boolean asked = config.flag("add_attention", true);
    boolean attends = weights.has("mid_block.attentions");
    String found = attends ? "tensors" : "none";
    require("add_attention", asked, asked == attends, "mid_block.attentions.", found);
  }

  private static void require(String key, Object asked, boolean holds, String tensor, String found)
      throws IOException {
    if (holds) return;
    throw new IOException(
        "The U-Net's config has "
            + key
            + " = "
            + Objects.toString(asked)
            + ", but its weights have "
            + found
            + " at "
            + tensor
            + ": config and weights belong to different models. Copy or download the model again.");
  }
}
