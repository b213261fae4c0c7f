package sc.fiji.latentdiffusion.images.results;

/**
 * Which quantities of a run are opened as hyperstacks with one frame a U-Net evaluation.
 *
 * @param latents the noisy latents before every evaluation and after the last, "Latents by step"
 * @param noise the guided prediction of the noise, "Noise by step"
 * @param predicted the latents as the model believes them, "Predicted latents by step"
 * @param decoded those decoded to pictures, "Images by step"
 */
public record Stacks(boolean latents, boolean noise, boolean predicted, boolean decoded) {

  /** No stack at all. */
  public static final Stacks NONE = new Stacks(false, false, false, false);
}
