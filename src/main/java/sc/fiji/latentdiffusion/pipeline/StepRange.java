package sc.fiji.latentdiffusion.pipeline;

/**
 * A part of a run's steps, for latents that are at some step already.
 *
 * @param from how many steps are done already, 0…steps−1
 * @param to how many steps are to be done in the end, from+1…steps; −1 for all
 * @param noised whether noise is to be added first, up to the level of step {@code from}; if not,
 *     the latents are taken as they are
 * @param begun the first of the steps that were done, 0…from: 0 but for runs that began with a
 *     picture; methods that add noise have drawn some from there on
 */
public record StepRange(int from, int to, boolean noised, int begun) {

  /** Of a run that began with its first step. */
  public StepRange(int from, int to, boolean noised) {
    this(from, to, noised, 0);
  }

  /**
   * The range with its end resolved.
   *
   * @param steps of the whole run
   * @return a copy that ends at a step
   * @throws IllegalArgumentException naming the key that is out of range
   */
  public StepRange within(int steps) {
    if (from < 0 || from >= steps) {
      throw new IllegalArgumentException(
          String.format(
              "from must be 0…%d, the number of steps that are done already out of %d, but is %d.",
              steps - 1, steps, from));
    }
    if (to != -1 && (to <= from || to > steps)) {
      throw new IllegalArgumentException(
          String.format("to must be %d…%d, or −1 for all steps, but is %d.", from + 1, steps, to));
    }
    return to == -1 ? new StepRange(from, steps, noised, begun) : this;
  }
}
