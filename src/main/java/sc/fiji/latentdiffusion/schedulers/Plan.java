/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers;

import java.util.List;
import java.util.Objects;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;

/**
 * All the numbers of one run, known before it starts: the weights with which data and noise make
 * the first sample, and one {@link Evaluation} per evaluation of the network. Immutable; {@link
 * #toString()} is its table.
 */
public final class Plan {

  /** Nothing to do: the data stays as it is. */
  public static final Plan EMPTY = new Plan(1, 0, List.of());

  private final double dataWeight;
  private final double noiseWeight;
  private final List<Evaluation> evaluations;

  /**
   * A plan of given numbers.
   *
   * @param dataWeight the weight of the data in the first sample; 0 for a run from noise alone
   * @param noiseWeight the weight of the noise in the first sample
   * @param evaluations the evaluations, in order
   */
  public Plan(double dataWeight, double noiseWeight, List<Evaluation> evaluations) {
    this.dataWeight = dataWeight;
    this.noiseWeight = noiseWeight;
    this.evaluations = List.copyOf(evaluations);
  }

  /**
   * The plan of a run that starts from noise alone, or from data with as much noise as its first
   * step needs.
   *
   * @param begin the first step that runs, of {@link #begin}; 0 for noise alone
   * @param initNoiseSigma the weight of noise alone
   * @param evaluations the evaluations, in order; none for {@link #EMPTY}
   * @return the plan
   */
  public static Plan of(int begin, double initNoiseSigma, List<Evaluation> evaluations) {
    if (evaluations.isEmpty()) return EMPTY;
    NoiseLevel start = evaluations.get(0).level();
    return begin == 0
        ? new Plan(0, initNoiseSigma, evaluations)
        : new Plan(start.alpha(), start.sigma(), evaluations);
  }

  /**
   * The first step that runs, after a check of both: diffusers' {@code t_start}.
   *
   * @param noise the model's noise schedule
   * @param steps the number of steps of a whole run
   * @param strength the part of them that runs, 0…1
   * @return {@code steps − min(int(steps · strength), steps)}; equal to steps if none runs
   * @throws IllegalArgumentException if steps or strength are out of range
   */
  public static int begin(NoiseSchedule noise, int steps, double strength) {
    if (steps < 1 || steps > noise.trainSteps())
      throw new IllegalArgumentException(
          "steps: expected 1…"
              + noise.trainSteps()
              + " (the model's num_train_timesteps); found "
              + steps
              + ".");
    if (!(strength >= 0 && strength <= 1))
      throw new IllegalArgumentException("strength: expected 0…1; found " + strength + ".");
    return begin(steps, strength);
  }

  /** The first of so many steps that runs. */
  static int begin(int steps, double strength) {
    return steps - Math.min((int) (steps * strength), steps);
  }

  /**
   * This plan with other evaluations.
   *
   * @param change of each evaluation
   * @return a copy
   */
  Plan with(UnaryOperator<Evaluation> change) {
    return new Plan(dataWeight, noiseWeight, evaluations.stream().map(change).toList());
  }

  /**
   * The evaluations of the network, in order.
   *
   * @return an unmodifiable list
   */
  public List<Evaluation> evaluations() {
    return evaluations;
  }

  /**
   * The weight of the data in the first sample, {@code dataWeight · latents + noiseWeight · noise}.
   *
   * @return 0 for a run from noise alone
   */
  public double dataWeight() {
    return dataWeight;
  }

  /**
   * The weight of the noise in the first sample; diffusers' {@code init_noise_sigma} for a run from
   * noise alone.
   *
   * @return 0 for an empty plan
   */
  public double noiseWeight() {
    return noiseWeight;
  }

  /**
   * Whether no step runs at all.
   *
   * @return whether the result is the data, unchanged
   */
  public boolean isEmpty() {
    return evaluations.isEmpty();
  }

  /**
   * How many samples before the present one an evaluation may ask for.
   *
   * @return 0 or more
   */
  public int sampleHistory() {
    return history(s -> Math.max(s.sampleWeights().size(), s.correction().sampleWeights().size()));
  }

  /**
   * How many model entries m before the present one an evaluation may ask for.
   *
   * @return 0 or more
   */
  public int modelHistory() {
    return history(s -> Math.max(s.modelWeights().size(), s.correction().modelWeights().size()));
  }

  /**
   * How many draws of noise before the present one an evaluation may ask for.
   *
   * @return 0 or more
   */
  public int noiseHistory() {
    return history(
        s -> Math.max(s.noiseWeights().size(), s.correction().noiseWeights().size() + 1));
  }

  /**
   * Whether every step needs only the sample of the step before. Such a run may be interrupted
   * after any step and resumed from the sample alone with the same numbers.
   *
   * @return false for multistep methods, and for those whose noise is correlated between steps
   */
  public boolean isSingleStep() {
    int first = 0;
    for (int i = 0; i < evaluations.size(); i++) {
      boolean sameStep = i > 0 && evaluations.get(i).step() == evaluations.get(i - 1).step();
      if (!sameStep) first = i;
      if (evaluations.get(i).lookback() > i - first) return false;
    }
    return true;
  }

  private int history(ToIntFunction<Evaluation> size) {
    return Math.max(0, evaluations.stream().mapToInt(size).max().orElse(0) - 1);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Plan p
        && p.dataWeight == dataWeight
        && p.noiseWeight == noiseWeight
        && p.evaluations.equals(evaluations);
  }

  @Override
  public int hashCode() {
    return Objects.hash(dataWeight, noiseWeight, evaluations);
  }

  /** The table, one line an evaluation. */
  @Override
  public String toString() {
    return PlanTable.of(this);
  }
}
