/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers;

import java.util.List;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * How a model's training mixed data and noise: the noise levels of all times, where the config puts
 * the steps of a run, and how data and noise follow from the network's output. Immutable.
 *
 * <p>A schedule measures noise by its own sigma: models with betas and EDM by the VE sigma
 * √((1−ᾱ)/ᾱ), flow matching by the weight of the noise, 0…1.
 */
public interface NoiseSchedule {

  /**
   * The sigmas between which a rule of its own may place the steps of a run.
   *
   * @param first the sigma of the first step
   * @param last the sigma of the last step
   */
  record Bounds(double first, double last) {}

  /**
   * The axis on which a plot shows sigmas of the schedule.
   *
   * @param label the name and meaning of sigma
   * @param logarithmic whether equal distances are equal factors
   */
  record Axis(String label, boolean logarithmic) {}

  /**
   * The settings that solvers obey. A key that is missing or null has the default of the diffusers
   * class that the scheduler stands for (diffusers' {@code from_config}).
   *
   * @return the whole {@code scheduler_config.json}
   */
  Config config();

  /**
   * The number of train timesteps.
   *
   * @return {@code num_train_timesteps}, 1000 if the config does not say; at most 100000, since
   *     each is an entry of several tables
   */
  default int trainSteps() {
    return config().integer("num_train_timesteps", 1000, 1, 100_000);
  }

  /**
   * Whether the data are pixels, which lie between −1 and 1.
   *
   * @return false for latents
   */
  default boolean isOfPixels() {
    return false;
  }

  /**
   * Whether training took place at whole timesteps only, to which some solvers round theirs.
   *
   * @return false, as the network knows all times between; schedules of betas return true
   */
  default boolean hasWholeTimesteps() {
    return false;
  }

  /**
   * The quantity that the network predicts.
   *
   * @return the prediction
   */
  Prediction prediction();

  /**
   * The sigma of every train timestep.
   *
   * @return a copy, ascending
   */
  double[] sigmas();

  /**
   * The sigma of a noise level, as this schedule measures noise.
   *
   * @param level of either convention
   * @return the VE sigma √((1−ᾱ)/ᾱ), infinite where nothing of the data is left; schedules that
   *     measure noise otherwise return theirs
   */
  default double sigma(NoiseLevel level) {
    return level.sigmaExploding();
  }

  /**
   * The axis of plots of sigma.
   *
   * @return a logarithmic one, on which noise falls by equal factors
   */
  default Axis axis() {
    return new Axis("sigma = √((1 − ᾱ) / ᾱ), noise relative to data", true);
  }

  /**
   * The sigma at a time between train timesteps.
   *
   * @param timestep any time; beyond either end that end's sigma is taken
   * @return the sigma
   */
  double sigma(double timestep);

  /**
   * The time of a sigma.
   *
   * @param sigma a sigma; beyond either end of the schedule that end's timestep is returned
   * @return a time, not rounded; that of 0 is the last of all runs
   */
  double timestep(double sigma);

  /**
   * The level of a sigma for solvers that keep samples variance preserving.
   *
   * @param sigma of this schedule, ≥ 0
   * @return its level; schedules that do not measure the VE sigma return theirs
   */
  default NoiseLevel variancePreserving(double sigma) {
    return NoiseLevel.variancePreserving(sigma);
  }

  /**
   * The level of a sigma for solvers that keep samples variance exploding.
   *
   * @param sigma of this schedule, ≥ 0
   * @return its level, whose weight of the noise is sigma; schedules that do not measure the VE
   *     sigma return theirs
   */
  default NoiseLevel varianceExploding(double sigma) {
    return NoiseLevel.varianceExploding(sigma);
  }

  /**
   * The weight of noise alone as the first sample of a solver in the variance-exploding convention;
   * diffusers' {@code init_noise_sigma}.
   *
   * @param sigma the largest of the run
   * @return the weight
   */
  double initNoiseSigma(double sigma);

  /**
   * The times at which the config wants the steps of a run to start.
   *
   * @param counting how the solver counts its steps
   * @param steps the number of steps, 1…{@link #trainSteps()}
   * @return times, noisiest first
   * @throws IllegalArgumentException if the config leaves room for fewer steps
   */
  double[] timesteps(Counting counting, int steps);

  /**
   * This schedule with another {@code timestep_spacing}.
   *
   * @param spacing leading, linspace or trailing
   * @return a copy
   * @throws Refusal if the model's steps are no train timesteps
   */
  default NoiseSchedule withSpacing(String spacing) {
    throw new Refusal(
        "can't space the timesteps of this model "
            + spacing
            + ": it was trained over all times. Choose another spacing.");
  }

  /**
   * This schedule for latents of one size, on which the place of the steps depends in some models.
   *
   * @param width of the latents in pixels
   * @param height of the latents in pixels
   * @return the same schedule for models of which it does not depend on it
   */
  default NoiseSchedule forLatents(int width, int height) {
    return this;
  }

  /**
   * Whether steps can be placed without the size of the latents.
   *
   * @return true; false for a schedule that {@link #forLatents} must complete
   */
  default boolean isForAnySize() {
    return true;
  }

  /**
   * The sigmas that were found to be best for the model in few steps.
   *
   * @return descending, the last one for the end; empty if none were found for it
   */
  default List<Double> alignedSigmas() {
    return List.of();
  }

  /**
   * The sigmas between which the steps of a run lie if the config does not place them.
   *
   * @param counting how the solver counts its steps
   * @param steps the number of steps, 1…{@link #trainSteps()}
   * @return the bounds
   */
  Bounds bounds(Counting counting, int steps);

  /**
   * The slope dx/dσ of the way from noise to data in the variance-exploding convention, from the
   * sample and the network's output: the noise with betas and EDM, noise minus data with flow
   * matching.
   *
   * @param level the sample's noise level
   * @return the weights of sample and output: those of the noise, unless a schedule has others
   */
  default OutputWeights slope(NoiseLevel level) {
    return noise(level);
  }

  /**
   * The level at which the network was trained at a train timestep.
   *
   * @param index of the timestep, 0…{@link #trainSteps()} − 1
   * @return a level whose samples the network is shown as they are
   */
  default NoiseLevel level(int index) {
    return variancePreserving(sigmas()[index]);
  }

  /**
   * The time that the network is told at a train timestep.
   *
   * @param index of the timestep, 0…{@link #trainSteps()} − 1
   * @return the time
   */
  default double time(int index) {
    return timestep(sigmas()[index]);
  }

  /**
   * The data as the network predicts them, x̂0, from the sample and the network's output.
   *
   * @param level the sample's noise level
   * @return the weights of sample and output
   * @throws IllegalArgumentException if the level has no data in it and the output is noise alone
   */
  default OutputWeights predOriginalSample(NoiseLevel level) {
    return prediction().predOriginalSample(level);
  }

  /**
   * The noise as the network predicts it, ε̂, from the sample and the network's output.
   *
   * @param level the sample's noise level
   * @return the weights of sample and output
   */
  default OutputWeights noise(NoiseLevel level) {
    return prediction().noise(level);
  }

  /**
   * Whether a step leaps from nearly noise alone to far less: the slope at its end would be
   * multiplied by a sigma so large that its error swamps the data, so the step is of first order.
   *
   * @param from the level at its start
   * @param to the level at its end, of the same convention
   * @return false, unless the schedule reaches noise alone at a finite sigma
   */
  default boolean isLeap(NoiseLevel from, NoiseLevel to) {
    return false;
  }

  /**
   * The sigma at which the last step ends.
   *
   * @return 0, or the least sigma of training if {@code final_sigmas_type} is {@code sigma_min}
   * @throws IllegalArgumentException if it is something else
   */
  default double finalSigma() {
    List<String> known = List.of("zero", "sigma_min");
    return config().choice("final_sigmas_type", "zero", known).equals("zero") ? 0 : sigmas()[0];
  }
}
