/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.unet;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.util.Deque;
import java.util.List;
import sc.fiji.latentdiffusion.nn.Layer;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.Conv2D;
import sc.fiji.latentdiffusion.nn.layers.ResnetBlock2D;

/** One level of a U-Net on the way down, with or without attention to the prompt. */
final class DownBlock2D {

  private final List<ResnetBlock2D> resnets;
  private final List<Transformer2DModel> attentions;
  private final Conv2D downsampler;

  DownBlock2D(Weights weights, UNetConfig.Level level) throws IOException {
    resnets = level.resnets(weights);
    attentions = level.transformers(weights);
    downsampler =
        weights.has("downsamplers.0") ? Conv2D.downsample(weights.at("downsamplers.0.conv")) : null;
  }

  /**
   * @param x {@code [b, c, h, w]}; stays open
   * @param temb SiLU of the timestep's embedding
   * @param context of the prompts
   * @param skips every result is pushed here, the last of them on top
   */
  void forward(NDArray x, NDArray temb, KeyValueCache context, Deque<NDArray> skips) {
    NDArray h = x;
    for (int i = 0; i < resnets.size(); i++) {
      h = resnets.get(i).forward(h, temb);
      if (!attentions.isEmpty()) {
        Transformer2DModel attention = attentions.get(i);
        h = Layer.then(h, y -> attention.forward(y, context));
      }
      skips.push(h);
    }
    if (downsampler != null) {
      skips.push(downsampler.forward(h));
    }
  }
}
