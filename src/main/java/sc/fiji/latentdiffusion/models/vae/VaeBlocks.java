/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.vae;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.engine.MallocTrim;
import sc.fiji.latentdiffusion.nn.Layer;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.Conv2D;
import sc.fiji.latentdiffusion.nn.layers.ImageAttention;
import sc.fiji.latentdiffusion.nn.layers.OutputConv;
import sc.fiji.latentdiffusion.nn.layers.ResnetBlock2D;
import sc.fiji.latentdiffusion.nn.layers.Upsample2D;
import sc.fiji.latentdiffusion.settings.Config;

/** Reads the layers of an autoencoder's half, one after the other as they will run. */
final class VaeBlocks {

  private static final double EPS = 1e-6;

  private final int groups;
  private final List<Layer> layers = new ArrayList<>();

  private VaeBlocks(Config config) {
    groups = config.integer("norm_num_groups", 32);
  }

  /** Picture → moments before the quant convolution. */
  static List<Layer> encoder(Weights weights, Config config) throws IOException {
    VaeBlocks blocks = new VaeBlocks(config);
    blocks.layers.add(Conv2D.input(weights.at("conv_in")));
    for (Weights level : weights.each("down_blocks")) {
      blocks.level(level);
      if (level.has("downsamplers.0")) {
        blocks.layers.add(Conv2D.downsampleRightBottom(level.at("downsamplers.0.conv")));
      }
    }
    blocks.middle(weights.at("mid_block"));
    blocks.layers.add(new OutputConv(weights, blocks.groups, EPS));
    return blocks.layers;
  }

  /** Latents after the post-quant convolution → picture. */
  static List<Layer> decoder(Weights weights, Config config) throws IOException {
    VaeBlocks blocks = new VaeBlocks(config);
    blocks.layers.add(Conv2D.input(weights.at("conv_in")));
    blocks.middle(weights.at("mid_block"));
    for (Weights level : weights.each("up_blocks")) {
      blocks.level(level);
      if (level.has("upsamplers.0")) {
        blocks.layers.add(enlarging(new Upsample2D(level.at("upsamplers.0"))));
      }
    }
    blocks.layers.add(new OutputConv(weights, blocks.groups, EPS));
    return blocks.layers;
  }

  /** Gives memory that the layers of a smaller picture have freed back to the system first. */
  private static Layer enlarging(Upsample2D upsample) {
    return x -> {
      MallocTrim.giveBack(4.0 * Float.BYTES * x.getShape().size());
      return upsample.forward(x);
    };
  }

  private void level(Weights weights) throws IOException {
    for (int i = 0; i < weights.count("resnets"); i++) {
      layers.add(resnet(weights.at("resnets." + i)));
      if (weights.has("attentions." + i)) {
        layers.add(attention(weights.at("attentions." + i)));
      }
    }
  }

  private void middle(Weights weights) throws IOException {
    for (int i = 0; i < weights.count("resnets"); i++) {
      if (i > 0 && weights.has("attentions." + (i - 1))) {
        layers.add(attention(weights.at("attentions." + (i - 1))));
      }
      layers.add(resnet(weights.at("resnets." + i)));
    }
  }

  /** Overwrites its input, which {@link #run} closes. */
  private Layer resnet(Weights weights) throws IOException {
    return new ResnetBlock2D(weights, groups, EPS, 0, false).overwriting();
  }

  private ImageAttention attention(Weights weights) throws IOException {
    return new ImageAttention(weights, groups, EPS, 0);
  }

  /** Runs layers, freeing every result but the last. The input stays open. */
  static NDArray run(List<Layer> layers, NDArray x) {
    NDArray h = layers.get(0).forward(x);
    for (Layer layer : layers.subList(1, layers.size())) {
      h = Layer.then(h, layer);
    }
    return h;
  }
}
