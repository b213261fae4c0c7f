package sc.fiji.latentdiffusion.images.results;

import sc.fiji.latentdiffusion.images.areas.Areas;

/**
 * The quantities of a run that are opened beside its result. The stacks are hyperstacks with a
 * frame for each evaluation of the denoiser.
 *
 * @param latents noisy latents before every evaluation and after the last, "Latents by step"
 * @param noise predicted noise after guidance, "Noise by step"
 * @param predicted latents without noise as predicted, "Predicted latents by step"
 * @param decoded pictures of the predicted latents, "Images by step"
 * @param further quantities
 */
public record Stacks(
    boolean latents, boolean noise, boolean predicted, boolean decoded, Further further) {

  /** No stacks. */
  public static final Stacks NONE = new Stacks(false, false, false, false);

  /** The four main stacks alone. */
  public Stacks(boolean latents, boolean noise, boolean predicted, boolean decoded) {
    this(latents, noise, predicted, decoded, Further.NONE);
  }

  /** Returns a copy with other further quantities. */
  public Stacks with(Further others) {
    return new Stacks(latents, noise, predicted, decoded, others);
  }

  /**
   * Checks that stacks can be made of runs on areas.
   *
   * @throws IllegalArgumentException if the runs see different regions
   */
  public void require(Areas areas) {
    boolean isTable = with(new Further(false, false, further.table(), false)).equals(this);
    boolean isNone = isTable && !(latents || noise || predicted || decoded);
    if (isNone || areas.seeOneRegion() && !areas.areSeveralRuns()) return;
    throw new IllegalArgumentException(
        "Stacks of the steps and the montage show one region, but the "
            + areas.places().size()
            + " runs see different ones. Give areas=together, and one slice, or leave the stacks"
            + " out.");
  }

  /**
   * Quantities that look further into a run.
   *
   * @param noisy the denoiser's input, decoded: "Noisy images by step"
   * @param split predicted noise before guidance, "Conditional noise by step" and "Unconditional
   *     noise by step"
   * @param table numbers of each evaluation, "Steps", and their plots
   * @param montage one picture of the four steps, "Montage"
   */
  public record Further(boolean noisy, boolean split, boolean table, boolean montage) {

    /** None of them. */
    public static final Further NONE = new Further(false, false, false, false);
  }
}
