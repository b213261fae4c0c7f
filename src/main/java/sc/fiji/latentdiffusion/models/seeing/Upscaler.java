/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.seeing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import sc.fiji.latentdiffusion.models.Sight;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;

/**
 * A small picture with some noise (Rombach et al. 2022, section 4.4), whose pixels are those of the
 * latents: the result is larger by the autoencoder's factor. The denoiser is told the noise's level
 * as its class; as diffusers' StableDiffusionUpscalePipeline.
 *
 * @param noise of the small picture, by timestep
 * @param mostNoise the largest timestep
 */
public record Upscaler(NoiseSchedule noise, int mostNoise) implements Sight {

  @Override
  public String label() {
    return "an upscaler";
  }

  @Override
  public int channels() {
    return 3;
  }

  @Override
  public NDArray channels(Shown shown, Viewer viewer, NDManager owner) {
    NoiseLevel level = noise.level(shown.noiseLevel());
    Shape one = shown.picture().getShape();
    try (NDManager local = owner.newSubManager()) {
      NDArray drawn = viewer.drawn(one, local).mul((float) level.sigma());
      NDArray noisy = local.from(shown.picture()).mul((float) level.alpha()).add(drawn);
      noisy.attach(owner);
      return noisy;
    }
  }

  @Override
  public boolean areDrawn() {
    return true;
  }

  @Override
  public boolean isEnlarging() {
    return true;
  }
}
