package sc.fiji.latentdiffusion.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * What a U-Net for inpainting takes beside the latents (Rombach et al. 2022, section 4.5): a mask,
 * and the latents of the picture with grey where the mask is; as diffusers'
 * StableDiffusionInpaintPipeline. Such a network fits the new to the old by itself.
 */
final class Inpainting {

  /** From which share of the strength on a latent pixel is painted. */
  private static final float PAINTED = 0.5f;

  private Inpainting() {}

  /**
   * Joins mask and masked picture's latents.
   *
   * @param model encodes
   * @param picture {@code [1, 3, h, w]}, −1…1, or null for none
   * @param mask {@code [1, 1, h/f, w/f]}, 0…1, of what may change; null for all
   * @param size of the latents, {@code [1, c, h/f, w/f]}
   * @param owner owns the result
   * @return {@code [1, 1 + c, h/f, w/f]}, float32
   */
  static NDArray channels(
      LatentDiffusion model, NDArray picture, NDArray mask, Shape size, NDManager owner) {
    int factor = model.factor();
    Shape whole = new Shape(1, 3, factor * size.get(2), factor * size.get(3));
    try (NDManager local = owner.newSubManager()) {
      boolean all = picture == null || mask == null;
      NDArray painted =
          all
              ? local.ones(new Shape(1, 1, size.get(2), size.get(3)))
              : local.from(mask).gte(PAINTED).toType(mask.getDataType(), false);
      NDArray kept =
          all
              ? local.zeros(whole)
              : painted.mul(-1).add(1).repeat(2, factor).repeat(3, factor).mul(picture);
      NDArray joined = painted.concat(model.encode(kept, local), 1);
      joined.attach(owner);
      return joined;
    }
  }
}
