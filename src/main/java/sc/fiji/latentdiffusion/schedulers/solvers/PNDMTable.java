package sc.fiji.latentdiffusion.schedulers.solvers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.OutputWeights;
import sc.fiji.latentdiffusion.schedulers.Prediction;
import sc.fiji.latentdiffusion.schedulers.noise.NoiseSchedule;

/** The rows of a {@link PNDM} run in the making, and which outputs its multistep formula keeps. */
public final class PNDMTable {

  /** Adams and Bashforth's weights of one to four slopes, newest first. */
  private static final double[][] ADAMS_BASHFORTH = {
    {1},
    {3 / 2.0, -1 / 2.0},
    {23 / 12.0, -16 / 12.0, 5 / 12.0},
    {55 / 24.0, -59 / 24.0, 37 / 24.0, -9 / 24.0}
  };

  private final NoiseSchedule schedule;
  private final Prediction prediction;
  private final int stride;
  private final List<Evaluation> rows = new ArrayList<>();
  private final List<Integer> kept = new ArrayList<>();
  private int step;

  public PNDMTable(NoiseSchedule schedule, Prediction prediction, int steps) {
    this.schedule = schedule;
    this.prediction = prediction;
    stride = schedule.trainSteps() / steps;
  }

  /** The rows so far. */
  public List<Evaluation> rows() {
    return rows;
  }

  /** One evaluation, and a stride by the outputs that were kept. */
  public void addMultistep(int timestep) {
    kept.add(0, rows.size());
    double[] adams = ADAMS_BASHFORTH[Math.min(kept.size(), ADAMS_BASHFORTH.length) - 1];
    double[] weights = new double[rows.size() - kept.get(adams.length - 1) + 1];
    for (int k = 0; k < adams.length; k++) weights[rows.size() - kept.get(k)] = adams[k];
    add(timestep, timestep, timestep - stride, 0, weights);
    step++;
  }

  /** One evaluation at either end of the step, which is taken again with their mean. */
  public void addWarmUp(int timestep, int next) {
    kept.add(0, rows.size());
    add(timestep, timestep, timestep - stride, 0, 1);
    add(next, next + stride, next, 1, 0.5, 0.5);
    step++;
  }

  /** Runge and Kutta's four evaluations of a step (Liu et al. 2022, equation 13). */
  void addRungeKutta(int timestep, int next) {
    int middle = next + stride / 2;
    kept.add(0, rows.size());
    add(timestep, timestep, timestep - stride / 2, 0, 1);
    add(middle, timestep, middle, 1, 1);
    add(middle, timestep, middle - stride / 2, 2, 1);
    add(next, timestep, next, 3, 1 / 6.0, 1 / 3.0, 1 / 3.0, 1 / 6.0);
    step++;
  }

  /**
   * An evaluation and DDIM's step by a mean of outputs.
   *
   * @param timestep what the network is told
   * @param from the timestep of the sample from which the step is taken
   * @param to the timestep to which it is taken
   * @param back how many evaluations ago that sample was the present one
   * @param weights of the outputs, newest first
   */
  private void add(int timestep, int from, int to, int back, double... weights) {
    NoiseLevel start = level(from);
    NoiseLevel end = level(to);
    boolean velocity = prediction == Prediction.V_PREDICTION;
    double noiseWeight = start.noiseWeight(end);
    List<Double> samples = new ArrayList<>(Collections.nCopies(back, 0.0));
    samples.add(start.scale(end) + (velocity ? noiseWeight * start.sigma() : 0));
    double outputWeight = velocity ? noiseWeight * start.alpha() : noiseWeight;
    List<Double> outputs = new ArrayList<>();
    for (double weight : weights) outputs.add(outputWeight * weight);
    OutputWeights model = velocity ? new OutputWeights(0, 1) : prediction.noise(level(timestep));
    rows.add(
        Evaluation.of(rows.size(), step, timestep, level(timestep), prediction, model)
            .next(samples, outputs));
  }

  /** Of a zero-SNR schedule the last ᾱ counts as 2^−24, as in diffusers' multistep solvers. */
  private NoiseLevel level(int timestep) {
    boolean finished = timestep < 0 && schedule.config().flag("set_alpha_to_one", false);
    if (finished) return NoiseLevel.ofAlphaCumprod(1);
    double alphaCumprod = schedule.alphaCumprod(timestep);
    return NoiseLevel.ofAlphaCumprod(alphaCumprod == 0 ? 0x1p-24 : alphaCumprod);
  }
}
