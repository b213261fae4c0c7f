/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package toypixels;

import ai.djl.ndarray.NDManager;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.Denoiser;
import sc.fiji.latentdiffusion.models.LazyNetwork;
import sc.fiji.latentdiffusion.models.Takes;

/**
 * Noisy pictures to noise.
 *
 * @param network whose weights are read at the first prediction
 */
record PixelDenoiser(LazyNetwork<MeanColour> network) implements Denoiser {

  @Override
  public Takes takes() {
    return Takes.NOTHING;
  }

  @Override
  public double bytes() {
    return network.bytes();
  }

  @Override
  public Session begin(Conditioning conditioning, NDManager run) {
    return (x, evaluation, residuals) -> network.use(net -> net.noise(x, evaluation.level()));
  }
}
