/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.unet2d;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.util.Deque;
import java.util.List;
import sc.fiji.latentdiffusion.nn.Layer;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.Conv2D;
import sc.fiji.latentdiffusion.nn.layers.ImageAttention;
import sc.fiji.latentdiffusion.nn.layers.ResnetBlock2D;
import sc.fiji.latentdiffusion.nn.layers.Upsample2D;

/**
 * The resnets of one level of a U-Net, each with an attention behind it or none, and what halves or
 * doubles the size at the level's end.
 */
final class Level {

  private final List<ResnetBlock2D> resnets;
  private final List<ImageAttention> attentions;
  private final Conv2D downsampler;
  private final Upsample2D upsampler;

  /**
   * Builds a level.
   *
   * @param block the level's place
   * @param config of the network
   * @param timeWidth width of the time's embedding
   */
  Level(Weights block, UNet2DConfig config, long timeWidth) throws IOException {
    resnets = config.resnets(block, timeWidth);
    attentions = config.attentions(block, config.groups());
    if (!attentions.isEmpty() && attentions.size() != resnets.size()) {
      throw new IOException(
          "The U-Net's level "
              + block.place()
              + " has "
              + resnets.size()
              + " resnets and "
              + attentions.size()
              + " attentions; expected as many, or no attention. The file is damaged: copy or"
              + " download it again.");
    }
    downsampler = block.has("downsamplers.0") ? downsampler(block, config) : null;
    upsampler = block.has("upsamplers.0") ? new Upsample2D(block.at("upsamplers.0")) : null;
  }

  private static Conv2D downsampler(Weights block, UNet2DConfig config) throws IOException {
    Weights place = block.at("downsamplers.0.conv");
    return config.padsRightBottom()
        ? Conv2D.downsampleRightBottom(place)
        : Conv2D.downsample(place);
  }

  /**
   * Goes down.
   *
   * @param x {@code [b, c, h, w]}; stays open
   * @param temb SiLU of the time's embedding
   * @param skips every result is pushed here, the last of them on top
   */
  void down(NDArray x, NDArray temb, Deque<NDArray> skips) {
    NDArray h = x;
    for (int i = 0; i < resnets.size(); i++) {
      h = attended(i, resnets.get(i).forward(h, temb));
      skips.push(h);
    }
    if (downsampler != null) skips.push(downsampler.forward(h));
  }

  /**
   * Goes up.
   *
   * @param x {@code [b, c, h, w]}; it is closed
   * @param temb SiLU of the time's embedding
   * @param skips of the way down; those used are taken off and closed
   * @return the next level's input
   */
  NDArray up(NDArray x, NDArray temb, Deque<NDArray> skips) {
    return last(beforeLast(x, temb, skips), temb, skips);
  }

  /**
   * Goes up to the last resnet.
   *
   * @param x {@code [b, c, h, w]}; it is closed
   * @param temb SiLU of the time's embedding
   * @param skips of the way down; those used are taken off and closed
   * @return what the last resnet takes from below
   */
  NDArray beforeLast(NDArray x, NDArray temb, Deque<NDArray> skips) {
    NDArray h = x;
    for (int i = 0; i < resnets.size() - 1; i++) h = joined(i, h, temb, skips);
    return h;
  }

  /**
   * Goes up from the last resnet.
   *
   * @param x that it takes from below; it is closed
   * @param temb SiLU of the time's embedding
   * @param skips of the way down; one is taken off and closed
   * @return the next level's input
   */
  NDArray last(NDArray x, NDArray temb, Deque<NDArray> skips) {
    NDArray h = joined(resnets.size() - 1, x, temb, skips);
    return upsampler == null ? h : Layer.then(h, upsampler::forward);
  }

  private NDArray joined(int i, NDArray x, NDArray temb, Deque<NDArray> skips) {
    ResnetBlock2D resnet = resnets.get(i);
    try (NDArray skip = skips.pop()) {
      return attended(i, Layer.then(x, y -> resnet.forward(y, skip, temb)));
    }
  }

  private NDArray attended(int i, NDArray x) {
    return attentions.isEmpty() ? x : Layer.then(x, attentions.get(i));
  }
}
