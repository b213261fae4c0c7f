package sc.fiji.latentdiffusion.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * The further channels of an inpainting model (Rombach et al. 2022, section 4.5): a mask, and the
 * latents of the masked picture, which is grey where it is painted; as diffusers'
 * StableDiffusionInpaintPipeline. Such a model fits the painted region to its surroundings by
 * itself.
 */
public final class Inpainting {

  /** A latent pixel is painted from this share of the strength on. */
  private static final float PAINTED = 0.5f;

  private Inpainting() {}

  /**
   * Joins a mask and the latents of the masked picture.
   *
   * @param model encodes
   * @param picture {@code [1, 3, h, w]}, −1…1
   * @param mask {@code [1, 1, h/f, w/f]}, 0…1: how much each latent pixel may change
   * @param owner owns the result
   * @return {@code [1, 1 + c, h/f, w/f]}, float32
   */
  static NDArray channels(LatentDiffusion model, NDArray picture, NDArray mask, NDManager owner) {
    int factor = model.factor();
    try (NDManager local = owner.newSubManager()) {
      NDArray painted = local.from(mask).gte(PAINTED).toType(mask.getDataType(), false);
      NDArray kept = painted.mul(-1).add(1).repeat(2, factor).repeat(3, factor).mul(picture);
      return joined(model, painted, kept, local, owner);
    }
  }

  /**
   * Gives the channels for a picture that is painted entirely.
   *
   * @param model encodes
   * @param size of the latents, {@code [b, c, h, w]}
   * @param owner owns the result
   * @return {@code [1, 1 + c, h, w]}, float32
   */
  public static NDArray allPainted(LatentDiffusion model, Shape size, NDManager owner) {
    int factor = model.factor();
    try (NDManager local = owner.newSubManager()) {
      NDArray painted = local.ones(new Shape(1, 1, size.get(2), size.get(3)));
      NDArray grey = local.zeros(new Shape(1, 3, factor * size.get(2), factor * size.get(3)));
      return joined(model, painted, grey, local, owner);
    }
  }

  private static NDArray joined(
      LatentDiffusion model, NDArray painted, NDArray kept, NDManager local, NDManager owner) {
    NDArray joined = painted.concat(model.encode(kept, local), 1);
    joined.attach(owner);
    return joined;
  }
}
