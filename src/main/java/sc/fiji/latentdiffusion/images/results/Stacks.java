package sc.fiji.latentdiffusion.images.results;

/**
 * The quantities of a run that are opened as hyperstacks with a frame for each evaluation of the
 * denoiser.
 *
 * @param latents noisy latents before every evaluation and after the last, "Latents by step"
 * @param noise predicted noise after guidance, "Noise by step"
 * @param predicted latents without noise as predicted, "Predicted latents by step"
 * @param decoded pictures of the predicted latents, "Images by step"
 */
public record Stacks(boolean latents, boolean noise, boolean predicted, boolean decoded) {

  /** No stacks. */
  public static final Stacks NONE = new Stacks(false, false, false, false);
}
