package sc.fiji.latentdiffusion.models;

/**
 * The inputs of a denoiser beside latents, timestep and prompts.
 *
 * @param maskedPicture whether a mask and the latents of the masked picture stand behind the
 *     channels of the latents, as in models for inpainting
 * @param guidanceScale whether it takes the guidance scale as input, and needs no second evaluation
 */
public record Takes(boolean maskedPicture, boolean guidanceScale) {

  /** No further input. */
  public static final Takes NOTHING = new Takes(false, false);
}
