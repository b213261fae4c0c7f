/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * Arrays that a second network adds to the hidden states of a denoiser at one evaluation, such as
 * those of a ControlNet.
 *
 * @param blocks one array a block of the denoiser, in its order: for a U-Net the results of the way
 *     down, then the middle's
 * @param scale multiplied with each; diffusers' {@code controlnet_conditioning_scale}
 */
public record Residuals(List<NDArray> blocks, double scale) implements AutoCloseable {

  @Override
  public void close() {
    blocks.forEach(NDArray::close);
  }
}
