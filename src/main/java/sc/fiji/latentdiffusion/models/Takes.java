package sc.fiji.latentdiffusion.models;

/**
 * The inputs of a denoiser beside latents and timestep.
 *
 * @param prompts whether it takes what the {@link Conditioner} makes of prompts; one that does not
 *     is never guided, and the user is told that prompts are not used
 * @param maskedPicture whether a mask and the latents of the masked picture stand behind the
 *     channels of the latents, as in models for inpainting
 * @param guidanceScale whether it takes the guidance scale as input, and needs no second evaluation
 */
public record Takes(boolean prompts, boolean maskedPicture, boolean guidanceScale) {

  /** No further input: an unconditional model. */
  public static final Takes NOTHING = new Takes(false, false, false);

  /** Prompts alone. */
  public static final Takes PROMPTS = new Takes(true, false, false);
}
