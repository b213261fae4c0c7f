/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.seeing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import sc.fiji.latentdiffusion.models.Sight;

/**
 * The further channels of an inpainting model (Rombach et al. 2022, section 4.5): a mask, and the
 * latents of the masked picture, which is grey where it is painted; as diffusers'
 * StableDiffusionInpaintPipeline. Such a model fits the painted region to its surroundings by
 * itself.
 *
 * @param latentChannels of a latent
 */
public record Inpainting(int latentChannels) implements Sight {

  /** A latent pixel is painted from this share of the strength on. */
  private static final float PAINTED = 0.5f;

  @Override
  public String label() {
    return "a model for inpainting";
  }

  @Override
  public int channels() {
    return 1 + latentChannels;
  }

  @Override
  public NDArray channels(Shown shown, Viewer viewer, NDManager owner) {
    if (shown.mask().isEmpty()) return blank(viewer, owner);
    int factor = viewer.space().factor();
    NDArray mask = shown.mask().get();
    try (NDManager local = owner.newSubManager()) {
      NDArray painted = local.from(mask).gte(PAINTED).toType(mask.getDataType(), false);
      NDArray free = painted.mul(-1).add(1).repeat(2, factor).repeat(3, factor);
      return joined(viewer, painted, free.mul(shown.picture()), local, owner);
    }
  }

  /** A picture that is painted entirely. */
  @Override
  public NDArray blank(Viewer viewer, NDManager owner) {
    int factor = viewer.space().factor();
    Shape size = viewer.latents();
    try (NDManager local = owner.newSubManager()) {
      NDArray painted = local.ones(new Shape(1, 1, size.get(2), size.get(3)));
      NDArray grey = local.zeros(new Shape(1, 3, factor * size.get(2), factor * size.get(3)));
      return joined(viewer, painted, grey, local, owner);
    }
  }

  private static NDArray joined(
      Viewer viewer, NDArray painted, NDArray kept, NDManager local, NDManager owner) {
    NDArray joined = painted.concat(viewer.encode(kept, local), 1);
    joined.attach(owner);
    return joined;
  }

  @Override
  public boolean isOptional() {
    return true;
  }

  @Override
  public boolean startsFromNoise() {
    return false;
  }

  @Override
  public Surroundings surroundings() {
    return Surroundings.IN_CHANNELS;
  }
}
