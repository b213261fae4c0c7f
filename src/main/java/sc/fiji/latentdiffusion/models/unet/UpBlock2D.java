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
import sc.fiji.latentdiffusion.nn.layers.ResnetBlock2D;
import sc.fiji.latentdiffusion.nn.layers.Upsample2D;

/** One level of a U-Net on the way up, with or without attention to the prompt. */
final class UpBlock2D {

  private final List<ResnetBlock2D> resnets;
  private final List<Transformer2DModel> attentions;
  private final Upsample2D upsampler;

  UpBlock2D(Weights weights, UNetConfig.Level level) throws IOException {
    resnets = level.resnets(weights);
    attentions = level.transformers(weights);
    upsampler = weights.has("upsamplers.0") ? new Upsample2D(weights.at("upsamplers.0")) : null;
  }

  /**
   * @param x {@code [b, c, h, w]}; it is closed
   * @param temb SiLU of the timestep's embedding
   * @param context of the prompts
   * @param skips of the way down; those used are taken off and closed
   * @return the next level's input, of the size of the topmost skip left
   */
  NDArray forward(NDArray x, NDArray temb, KeyValueCache context, Deque<NDArray> skips) {
    return last(beforeLast(x, temb, context, skips), temb, context, skips);
  }

  /**
   * All but the last resnet and its attention.
   *
   * @param x {@code [b, c, h, w]}; it is closed
   * @param temb SiLU of the timestep's embedding
   * @param context of the prompts
   * @param skips of the way down; those used are taken off and closed
   * @return what the last resnet takes beside its skip
   */
  NDArray beforeLast(NDArray x, NDArray temb, KeyValueCache context, Deque<NDArray> skips) {
    NDArray h = x;
    for (int i = 0; i < resnets.size() - 1; i++) h = layer(i, h, temb, context, skips);
    return h;
  }

  /**
   * The last resnet, its attention, and what enlarges the result.
   *
   * @param x as {@link #beforeLast} gives it; it is closed
   * @param temb SiLU of the timestep's embedding
   * @param context of the prompts
   * @param skips of the way down; the topmost is taken off and closed
   * @return the next level's input, of the size of the topmost skip left
   */
  NDArray last(NDArray x, NDArray temb, KeyValueCache context, Deque<NDArray> skips) {
    NDArray h = layer(resnets.size() - 1, x, temb, context, skips);
    return upsampler == null ? h : Layer.then(h, y -> upsample(y, skips.peek()));
  }

  /** A resnet and, if there is one, its attention; x and the topmost skip are closed. */
  private NDArray layer(
      int i, NDArray x, NDArray temb, KeyValueCache context, Deque<NDArray> skips) {
    ResnetBlock2D resnet = resnets.get(i);
    NDArray h;
    try (NDArray skip = skips.pop()) {
      h = Layer.then(x, y -> resnet.forward(y, skip, temb));
    }
    if (attentions.isEmpty()) return h;
    Transformer2DModel attention = attentions.get(i);
    return Layer.then(h, y -> attention.forward(y, context));
  }

  private NDArray upsample(NDArray x, NDArray like) {
    return upsampler.forward(x, like.getShape().get(2), like.getShape().get(3));
  }
}
