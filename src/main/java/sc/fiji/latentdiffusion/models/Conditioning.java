package sc.fiji.latentdiffusion.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * What the U-Net is told beside latents and time, one batch entry a prompt.
 *
 * @param promptEmbeds of each token, {@code [b, tokens, d]}, in the run's precision
 * @param addedCond of the whole prompt and of sizes, {@code [b, D]}, float32; null where the family
 *     has none
 * @param guidanceScale of a U-Net that was distilled with guidance and is told its scale; no other
 *     looks at it
 */
public record Conditioning(NDArray promptEmbeds, NDArray addedCond, double guidanceScale) {

  /** Without the scale of guidance. */
  public Conditioning(NDArray promptEmbeds, NDArray addedCond) {
    this(promptEmbeds, addedCond, 1);
  }

  /** The same for a scale of guidance. */
  public Conditioning withGuidanceScale(double scale) {
    return new Conditioning(promptEmbeds, addedCond, scale);
  }

  /** Of states in float32 that stay the caller's. */
  public static Conditioning of(
      LoadedModel networks, NDArray states, NDArray addedCond, NDManager owner) {
    if (addedCond != null) addedCond.attach(owner);
    NDArray cast = networks.kernels().tensors().cast(owner, states, networks.precision());
    return new Conditioning(cast, addedCond);
  }
}
