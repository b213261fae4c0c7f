/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One evaluation of the network in a {@link Plan}, and the weights with which its output makes the
 * next sample. With x_n the sample at evaluation n, out_n the network's output for it, m_n the
 * history entry, s_n the sample that is kept, z standard normal noise:
 *
 * <pre>
 * out_n   = network(inputScale · x_n, timestep)
 * m_n     = model.sample · x_n + model.output · out_n
 *             + clipping.dataWeight · x̂0, if x̂0 is clipped
 * s_n     = Σ_j correction.sampleWeights[j] · (x_n, s_(n−1), s_(n−2), …)_j + Σ_k correction.modelWeights[k] · m_(n−k)
 *             + Σ_l correction.noiseWeights[l] · z_l of the evaluations before
 * x_(n+1) = Σ_j sampleWeights[j] · s_(n−j)  +  Σ_k modelWeights[k] · m_(n−k)  +  Σ_l noiseWeights[l] · z_l
 * </pre>
 *
 * Without a clipping m_n has the first two terms only, without a correction s_n is x_n. History
 * begins at the first evaluation that runs. A method with several evaluations a step goes back to
 * an earlier sample by {@code sampleWeights = (0, 1)}. Noise is drawn at this evaluation if {@code
 * noiseWeights} is not empty, even with a weight of 0; z_0 is this draw, z_1 the draw before. A
 * draw is the next of the run's stream of noise, or, if there is an {@code increment}, that of the
 * run's Brownian path.
 *
 * @param index the number of this evaluation in its plan, from 0
 * @param step the number of the step in its plan that it belongs to, from 0
 * @param timestep the time the network is told, in train timesteps; may be a fraction
 * @param sigma the sigma of x_n, as the noise schedule measures noise
 * @param level how noisy x_n is
 * @param model the weights that make the history entry m_n
 * @param predOriginalSample the weights that make x̂0, the data as the network predicts them
 * @param noise the weights that make ε̂, the noise as the network predicts it
 * @param clipping the limit of x̂0, and its weight in m_n; empty if x̂0 is not clipped
 * @param correction the weights that make s_n of x_n
 * @param sampleWeights the weights of s_n, s_(n−1), …
 * @param modelWeights the weights of m_n, m_(n−1), …
 * @param noiseWeights the weights of the draws of noise, newest first; empty if none is drawn
 * @param increment the increment of the Brownian path that is drawn; empty if none is
 */
public record Evaluation(
    int index,
    int step,
    double timestep,
    double sigma,
    NoiseLevel level,
    OutputWeights model,
    OutputWeights predOriginalSample,
    OutputWeights noise,
    Optional<Clipping> clipping,
    Correction correction,
    List<Double> sampleWeights,
    List<Double> modelWeights,
    List<Double> noiseWeights,
    Optional<BrownianIncrement> increment) {

  /** Keeps unmodifiable copies of the weights. */
  public Evaluation {
    sampleWeights = List.copyOf(sampleWeights);
    modelWeights = List.copyOf(modelWeights);
    noiseWeights = List.copyOf(noiseWeights);
  }

  /**
   * An evaluation that remembers x̂0, and whose next sample is still open.
   *
   * @param index the number of this evaluation in its plan, from 0
   * @param step the number of the step in its plan, from 0
   * @param timestep the time the network is told
   * @param level how noisy the sample is
   * @param schedule the model's noise schedule
   * @return the evaluation
   */
  public static Evaluation ofData(
      int index, int step, double timestep, NoiseLevel level, NoiseSchedule schedule) {
    OutputWeights data = schedule.predOriginalSample(level);
    return of(index, step, timestep, level, schedule, data);
  }

  /**
   * {@link #ofData(int, int, double, NoiseLevel, NoiseSchedule)} at the start of a step.
   *
   * @param index the number of this evaluation in its plan, from 0
   * @param start of this step
   * @param schedule the model's noise schedule
   * @return the evaluation
   */
  public static Evaluation ofData(int index, Steps.Interval start, NoiseSchedule schedule) {
    return ofData(index, start.step(), start.timestep(), start.level(), schedule);
  }

  /**
   * An evaluation that remembers the slope dx/dσ, and whose next sample is still open.
   *
   * @param index the number of this evaluation in its plan, from 0
   * @param start of the step, in the variance-exploding convention
   * @param schedule the model's noise schedule
   * @return the evaluation
   */
  public static Evaluation ofSlope(int index, Steps.Interval start, NoiseSchedule schedule) {
    OutputWeights slope = schedule.slope(start.level());
    return of(index, start.step(), start.timestep(), start.level(), schedule, slope);
  }

  /**
   * An evaluation that remembers a combination of its own, and whose next sample is still open.
   *
   * @param index the number of this evaluation in its plan, from 0
   * @param step the number of the step in its plan, from 0
   * @param timestep the time the network is told
   * @param level how noisy the sample is
   * @param schedule the model's noise schedule
   * @param model the weights that make the history entry m_n
   * @return the evaluation
   */
  public static Evaluation of(
      int index,
      int step,
      double timestep,
      NoiseLevel level,
      NoiseSchedule schedule,
      OutputWeights model) {
    return new Evaluation(
        index,
        step,
        timestep,
        schedule.sigma(level),
        level,
        model,
        schedule.predOriginalSample(level),
        schedule.noise(level),
        Optional.empty(),
        Correction.NONE,
        List.of(),
        List.of(),
        List.of(),
        Optional.empty());
  }

  /**
   * This evaluation with the weights that make the next sample.
   *
   * @param sampleWeights the weights of s_n, s_(n−1), …
   * @param modelWeights the weights of m_n, m_(n−1), …
   * @return a copy
   */
  public Evaluation next(List<Double> sampleWeights, List<Double> modelWeights) {
    return copy(correction, sampleWeights, modelWeights, noiseWeights, increment);
  }

  /**
   * {@link #next(List, List)} of the present sample alone.
   *
   * @param sampleWeight the weight of s_n
   * @param modelWeights the weights of m_n, m_(n−1), …
   * @return a copy
   */
  public Evaluation next(double sampleWeight, double... modelWeights) {
    return next(List.of(sampleWeight), Arrays.stream(modelWeights).boxed().toList());
  }

  /**
   * {@link #next(List, List)} of the sample before the present one.
   *
   * @param sampleWeight the weight of s_(n−1)
   * @param modelWeights the weights of m_n, m_(n−1), …
   * @return a copy
   */
  public Evaluation nextOfPrevious(double sampleWeight, double... modelWeights) {
    return next(List.of(0.0, sampleWeight), Arrays.stream(modelWeights).boxed().toList());
  }

  /**
   * This evaluation with a draw from the stream of noise.
   *
   * @param weight of the draw in the next sample
   * @return a copy
   */
  public Evaluation drawing(double weight) {
    return copy(correction, sampleWeights, modelWeights, List.of(weight), Optional.empty());
  }

  /**
   * This evaluation with a draw from the Brownian path.
   *
   * @param weight of the draw in the next sample
   * @param from the increment that is drawn
   * @return a copy
   */
  public Evaluation drawing(double weight, BrownianIncrement from) {
    return copy(correction, sampleWeights, modelWeights, List.of(weight), Optional.of(from));
  }

  /**
   * This evaluation with a correction of its sample.
   *
   * @param by the weights that make s_n of x_n
   * @return a copy
   */
  public Evaluation corrected(Correction by) {
    return copy(by, sampleWeights, modelWeights, noiseWeights, increment);
  }

  /**
   * This evaluation with x̂0 clipped and m_n made of it: the output in m_n is replaced by that
   * which belongs to the clipped x̂0.
   *
   * @param limit of x̂0; its weight is not used
   * @return a copy
   */
  public Evaluation clipped(Clipping limit) {
    double dataWeight = model.output() / predOriginalSample.output();
    double sampleWeight = model.sample() - dataWeight * predOriginalSample.sample();
    return clipped(new OutputWeights(sampleWeight, 0), limit.withDataWeight(dataWeight));
  }

  /**
   * This evaluation with x̂0 clipped.
   *
   * @param rest the weights of sample and output in m_n, beside the clipped x̂0
   * @param by the limit, and the weight of the clipped x̂0 in m_n
   * @return a copy
   */
  public Evaluation clipped(OutputWeights rest, Clipping by) {
    return new Evaluation(
        index,
        step,
        timestep,
        sigma,
        level,
        rest,
        predOriginalSample,
        noise,
        Optional.of(by),
        correction,
        sampleWeights,
        modelWeights,
        noiseWeights,
        increment);
  }

  private Evaluation copy(
      Correction newCorrection,
      List<Double> newSampleWeights,
      List<Double> newModelWeights,
      List<Double> newNoiseWeights,
      Optional<BrownianIncrement> newIncrement) {
    return new Evaluation(
        index,
        step,
        timestep,
        sigma,
        level,
        model,
        predOriginalSample,
        noise,
        clipping,
        newCorrection,
        newSampleWeights,
        newModelWeights,
        newNoiseWeights,
        newIncrement);
  }

  /**
   * The factor from the sample to the network's input.
   *
   * @return 1 for samples that are kept variance preserving
   */
  public double inputScale() {
    return level.inputScale();
  }

  /** How many evaluations before this one it needs something of, from 0. */
  int lookback() {
    int most = Math.max(sampleWeights.size(), modelWeights.size());
    most = Math.max(most, noiseWeights.size());
    most = Math.max(most, correction.sampleWeights().size());
    most = Math.max(most, correction.noiseWeights().size() + 1);
    return Math.max(most, correction.modelWeights().size()) - 1;
  }

  /**
   * Whether this evaluation takes a draw of noise off the run's stream.
   *
   * @return false for one that draws nothing, or from the Brownian path
   */
  public boolean drawsFromStream() {
    return !noiseWeights.isEmpty() && increment.isEmpty();
  }

  @Override
  public String toString() {
    return PlanTable.row(this);
  }
}
