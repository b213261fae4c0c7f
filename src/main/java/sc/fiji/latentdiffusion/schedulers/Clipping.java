package sc.fiji.latentdiffusion.schedulers;

/**
 * A limit of the predicted data; diffusers' {@code clip_sample}. Predictions of pixels that are
 * known to lie between −1 and 1 are clipped, latents are not.
 *
 * @param range the largest absolute value that x̂0 may have; larger ones become it
 * @param dataWeight the weight of the clipped x̂0 in the history entry
 */
public record Clipping(double range, double dataWeight) {

  /**
   * One number of x̂0, clipped; the tensor version is the sampler's.
   *
   * @param data the predicted data
   * @return the nearest number in −range…range
   */
  public double of(double data) {
    return Math.max(-range, Math.min(data, range));
  }
}
