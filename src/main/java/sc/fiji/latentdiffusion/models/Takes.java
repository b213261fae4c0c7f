package sc.fiji.latentdiffusion.models;

/**
 * The inputs of a denoiser beside latents and timestep.
 *
 * @param prompts whether it takes what the {@link Conditioner} makes of prompts; one that does not
 *     is never guided, and the user is told that prompts are not used
 * @param maskedPicture whether a mask and the latents of the masked picture stand behind the
 *     channels of the latents, as in models for inpainting
 * @param guidanceScale whether it takes the guidance scale as input, and needs no second evaluation
 * @param classes how many classes it knows, one of which it needs; 0 for none
 */
public record Takes(boolean prompts, boolean maskedPicture, boolean guidanceScale, int classes) {

  /** No classes. */
  public Takes(boolean prompts, boolean maskedPicture, boolean guidanceScale) {
    this(prompts, maskedPicture, guidanceScale, 0);
  }

  /** No further input: an unconditional model. */
  public static final Takes NOTHING = new Takes(false, false, false);

  /** One of so many classes, or nothing where there are none. */
  public static Takes oneOf(int classes) {
    return new Takes(false, false, false, classes);
  }

  /** Prompts alone. */
  public static final Takes PROMPTS = new Takes(true, false, false);
}
