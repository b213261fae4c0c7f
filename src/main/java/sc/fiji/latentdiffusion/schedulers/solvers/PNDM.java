/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.solvers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.OutputWeights;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Prediction;
import sc.fiji.latentdiffusion.schedulers.Sigmas;
import sc.fiji.latentdiffusion.schedulers.Solver;
import sc.fiji.latentdiffusion.schedulers.noise.BetaSchedule;

/**
 * The pseudo numerical method (Liu et al. 2022, algorithm 2, PLMS), of second order: Adams and
 * Bashforth's weights of the last four ε̂, and DDIM's step; diffusers' {@code PNDMScheduler}.
 *
 * <p>It warms up by one step of two evaluations ({@code skip_prk_steps}), or else by three steps of
 * Runge and Kutta's four. A step goes one stride down, also where the spacing's next timestep lies
 * elsewhere (linspace), as in diffusers; there the result keeps an error. Where {@code
 * set_alpha_to_one} is false the last step ends at train timestep 0, whose noise, σ ≈ 0.03, stays
 * in the result.
 *
 * <p>From the middle it warms up as from the start. diffusers (0.42) begins a step too early there,
 * and its sample lags a step behind its timestep from the third evaluation on, since the list of
 * timesteps holds the second one twice and only from the start. If the data are the one point 0.7,
 * its 20 steps with strength 0.5 end at 0.708, these at 0.7.
 *
 * <p>With v-prediction the outputs are averaged as they are and turned into ε̂ at the start of the
 * step, as in diffusers, which costs an order: of the one point 0.7 its 20 steps make 0.701, and
 * twice the steps halve the error.
 */
@Plugin(
    type = Solver.class,
    name = "pndm",
    label = "PNDM",
    description =
        "Linear multistep over four evaluations (PLMS): Liu et al. 2022, arXiv:2202.09778",
    priority = 2600)
public final class PNDM implements Solver {

  @Override
  public Plan plan(NoiseSchedule noise, Sigmas sigmas, int steps, double strength) {
    BetaSchedule betas = BetaSchedule.require(noise);
    int begin = Plan.begin(noise, steps, strength);
    Table table = new Table(betas, steps);
    double[] timesteps = betas.wholeTimesteps(steps);
    boolean rungeKutta = !noise.config().flag("skip_prk_steps", false);
    for (int i = begin; i < steps; i++) {
      boolean last = i + 1 == steps;
      if (rungeKutta && !last && i - begin < 3)
        table.addRungeKutta((int) timesteps[i], (int) timesteps[i + 1]);
      else if (!rungeKutta && !last && i == begin)
        table.addWarmUp((int) timesteps[i], (int) timesteps[i + 1]);
      else table.addMultistep((int) timesteps[i]);
    }
    return Plan.of(begin, 1, table.rows());
  }

  /** The rows so far, and the outputs that the multistep formula keeps. */
  static final class Table {

    /** Adams and Bashforth's weights of one to four slopes, newest first. */
    private static final double[][] ADAMS_BASHFORTH = {
      {1},
      {3 / 2.0, -1 / 2.0},
      {23 / 12.0, -16 / 12.0, 5 / 12.0},
      {55 / 24.0, -59 / 24.0, 37 / 24.0, -9 / 24.0}
    };

    private final BetaSchedule noise;
    private final int stride;
    private final List<Evaluation> rows = new ArrayList<>();
    private final List<Integer> kept = new ArrayList<>();
    private int step;

    Table(BetaSchedule noise, int steps) {
      this.noise = noise;
      stride = noise.trainSteps() / steps;
    }

    /** The rows so far. */
    List<Evaluation> rows() {
      return rows;
    }

    /** One evaluation, and a stride by the outputs that were kept. */
    void addMultistep(int timestep) {
      kept.add(0, rows.size());
      double[] adams = ADAMS_BASHFORTH[Math.min(kept.size(), ADAMS_BASHFORTH.length) - 1];
      double[] weights = new double[rows.size() - kept.get(adams.length - 1) + 1];
      for (int k = 0; k < adams.length; k++) weights[rows.size() - kept.get(k)] = adams[k];
      add(timestep, timestep, timestep - stride, 0, weights);
      step++;
    }

    /** One evaluation at either end of the step, which is taken again with their mean. */
    void addWarmUp(int timestep, int next) {
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
     * @param timestep the time that the network is told
     * @param from the timestep of the sample from which the step is taken
     * @param to the timestep to which it is taken
     * @param back how many evaluations ago that sample was the present one
     * @param weights of the outputs, newest first
     */
    private void add(int timestep, int from, int to, int back, double... weights) {
      NoiseLevel start = level(from);
      NoiseLevel end = level(to);
      boolean velocity = noise.prediction() == Prediction.V_PREDICTION;
      double noiseWeight = start.noiseWeight(end);
      List<Double> samples = new ArrayList<>(Collections.nCopies(back, 0.0));
      samples.add(start.scale(end) + (velocity ? noiseWeight * start.sigma() : 0));
      double outputWeight = velocity ? noiseWeight * start.alpha() : noiseWeight;
      List<Double> outputs = new ArrayList<>();
      for (double weight : weights) outputs.add(outputWeight * weight);
      OutputWeights model = velocity ? new OutputWeights(0, 1) : noise.noise(level(timestep));
      rows.add(
          Evaluation.of(rows.size(), step, timestep, level(timestep), noise, model)
              .next(samples, outputs));
    }

    /** The last ᾱ of a zero-SNR schedule counts as 2^−24, as in diffusers' multistep solvers. */
    private NoiseLevel level(int timestep) {
      boolean finished = timestep < 0 && noise.config().flag("set_alpha_to_one", false);
      if (finished) return NoiseLevel.ofAlphaCumprod(1);
      double alphaCumprod = noise.alphaCumprod(timestep);
      return NoiseLevel.ofAlphaCumprod(alphaCumprod == 0 ? 0x1p-24 : alphaCumprod);
    }
  }
}
