/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.seeing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import sc.fiji.latentdiffusion.models.LatentSpace;
import sc.fiji.latentdiffusion.models.Sight;

/**
 * A picture that a prompt says how to change (Brooks et al. 2022, arXiv:2211.09800): its latents,
 * and in guidance zeros for no picture; as diffusers' StableDiffusionInstructPix2PixPipeline.
 *
 * @param channels of a latent
 * @param isScaled whether latents are seen as they are scaled for the denoiser (CosXL Edit), or as
 *     the encoder gives them
 */
public record InstructPix2Pix(int channels, boolean isScaled) implements Sight {

  @Override
  public String label() {
    return "an InstructPix2Pix model";
  }

  @Override
  public NDArray channels(Shown shown, Viewer viewer, NDManager owner) {
    if (isScaled) return viewer.encode(shown.picture(), owner);
    LatentSpace space = viewer.space();
    try (NDManager local = owner.newSubManager()) {
      NDArray latents = viewer.encode(shown.picture(), local);
      NDArray unscaled = latents.div((float) space.scale()).add((float) space.shift());
      unscaled.attach(owner);
      return unscaled;
    }
  }

  @Override
  public boolean isGuided() {
    return true;
  }

  @Override
  public Surroundings surroundings() {
    return Surroundings.PUT_BACK;
  }
}
