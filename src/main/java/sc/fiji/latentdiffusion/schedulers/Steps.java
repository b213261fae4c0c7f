/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.DoubleUnaryOperator;

/**
 * Where the steps of a run lie: the timestep that the network is told at the start of each, and the
 * sigmas of the noise schedule between which they go, one more than there are steps. Sigmas are
 * float32, as diffusers keeps them.
 *
 * @param timesteps one a step, noisiest first
 * @param sigmas one a step, and the one at which the last step ends
 */
public record Steps(double[] timesteps, double[] sigmas) {

  /**
   * One step.
   *
   * @param step its number among those that run, from 0
   * @param timestep the time that the network is told at its start
   * @param level where it starts
   * @param next where it ends
   */
  public record Interval(int step, double timestep, NoiseLevel level, NoiseLevel next) {

    /**
     * A place within this step.
     *
     * @param newTimestep the time that the network is told there
     * @param newLevel the noise level there
     * @return the rest of the step from there on
     */
    public Interval from(double newTimestep, NoiseLevel newLevel) {
      return new Interval(step, newTimestep, newLevel, next);
    }
  }

  /**
   * The steps of given timesteps and sigmas.
   *
   * @param timesteps one a step, noisiest first
   * @param sigmas one a step
   * @param end the sigma at which the last step ends
   * @return the steps
   */
  public static Steps of(double[] timesteps, double[] sigmas, double end) {
    double[] all = Arrays.copyOf(sigmas, sigmas.length + 1);
    all[sigmas.length] = end;
    for (int i = 0; i < all.length; i++) all[i] = (float) all[i];
    return new Steps(timesteps, all);
  }

  /**
   * The steps of given timesteps.
   *
   * @param noise gives their sigmas
   * @param timesteps one a step, noisiest first
   * @param end the sigma at which the last step ends
   * @return the steps
   */
  public static Steps ofTimesteps(NoiseSchedule noise, double[] timesteps, double end) {
    return of(timesteps, Arrays.stream(timesteps).map(noise::sigma).toArray(), end);
  }

  /**
   * The steps of given sigmas.
   *
   * @param noise gives their timesteps
   * @param sigmas one a step, descending
   * @param end the sigma at which the last step ends
   * @return the steps; their timesteps are not whole
   */
  public static Steps ofSigmas(NoiseSchedule noise, double[] sigmas, double end) {
    return of(Arrays.stream(sigmas).map(noise::timestep).toArray(), sigmas, end);
  }

  /**
   * These steps with other timesteps, as rounded ones.
   *
   * @param change from a timestep to the new one
   * @return a copy
   */
  public Steps withTimesteps(DoubleUnaryOperator change) {
    return new Steps(Arrays.stream(timesteps).map(change).toArray(), sigmas);
  }

  /**
   * These steps with rounded timesteps, if those of training are whole.
   *
   * @param noise the model's noise schedule
   * @param rounding from a timestep to a whole one
   * @return a copy, or these steps if the network knows all times between
   */
  public Steps rounded(NoiseSchedule noise, DoubleUnaryOperator rounding) {
    return noise.hasWholeTimesteps() ? withTimesteps(rounding) : this;
  }

  /**
   * The noise levels between which the steps go.
   *
   * @param convention {@link NoiseSchedule#variancePreserving} or {@link
   *     NoiseSchedule#varianceExploding}
   * @return one a step, and the one at which the last step ends
   */
  public NoiseLevel[] levels(DoubleFunction<NoiseLevel> convention) {
    return Arrays.stream(sigmas).mapToObj(convention).toArray(NoiseLevel[]::new);
  }

  /**
   * The steps one by one.
   *
   * @param begin the first that runs
   * @param convention {@link NoiseSchedule#variancePreserving} or {@link
   *     NoiseSchedule#varianceExploding}
   * @return the steps from there on, numbered from 0
   */
  public List<Interval> intervals(int begin, DoubleFunction<NoiseLevel> convention) {
    NoiseLevel[] levels = levels(convention);
    List<Interval> intervals = new ArrayList<>();
    for (int i = begin; i < timesteps.length; i++)
      intervals.add(new Interval(i - begin, timesteps[i], levels[i], levels[i + 1]));
    return intervals;
  }

  /**
   * The first step that runs.
   *
   * @param strength the part of the steps that runs, 0…1
   * @return {@code n − min(int(n · strength), n)} of n steps
   */
  public int begin(double strength) {
    return Plan.begin(timesteps.length, strength);
  }

  /**
   * The number of steps.
   *
   * @return it, at least 1
   */
  public int count() {
    return timesteps.length;
  }

  /**
   * The largest sigma.
   *
   * @return that of the first step, unless a config places the steps otherwise
   */
  public double maxSigma() {
    return Arrays.stream(sigmas).max().orElseThrow();
  }
}
