/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.unet2d;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.util.List;
import sc.fiji.latentdiffusion.nn.Layer;
import sc.fiji.latentdiffusion.nn.TensorKernels;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.ImageAttention;
import sc.fiji.latentdiffusion.nn.layers.ResnetBlock2D;

/**
 * The middle of a U-Net: resnets, with or without attention between them; or nothing. The sum of
 * each layer's result and its input may be divided by a number.
 */
final class Middle {

  private final TensorKernels tensors;
  private final UNet2DKernels kernels;
  private final List<ResnetBlock2D> resnets;
  private final List<ImageAttention> attentions;
  private final double divisor;

  Middle(Weights block, UNet2DConfig config, long timeWidth) throws IOException {
    tensors = block.kernels().tensors();
    kernels = new UNet2DKernels(block.kernels());
    divisor = config.middleDivisor();
    resnets = config.resnets(block, timeWidth);
    attentions = config.attentions(block, config.middleGroups());
    if (!attentions.isEmpty() && attentions.size() != resnets.size() - 1) {
      throw new IOException(
          "The U-Net's middle has "
              + resnets.size()
              + " resnets and "
              + attentions.size()
              + " attentions; expected one attention between two resnets, or none. The file is"
              + " damaged: copy or download it again.");
    }
  }

  /**
   * Computes.
   *
   * @param x {@code [b, c, h, w]}; stays open
   * @param temb SiLU of the time's embedding
   * @return {@code [b, c, h, w]}, of the manager of x
   */
  NDArray forward(NDArray x, NDArray temb) {
    if (resnets.isEmpty()) return tensors.copy(x.getManager(), x);
    NDArray h = divided(resnets.get(0).forward(x, temb));
    for (int i = 1; i < resnets.size(); i++) {
      if (!attentions.isEmpty()) h = divided(Layer.then(h, attentions.get(i - 1)));
      ResnetBlock2D resnet = resnets.get(i);
      h = divided(Layer.then(h, y -> resnet.forward(y, temb)));
    }
    return h;
  }

  private NDArray divided(NDArray y) {
    return divisor == 1 ? y : Layer.then(y, z -> kernels.divided(z, divisor));
  }
}
