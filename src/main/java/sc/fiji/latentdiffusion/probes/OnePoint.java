/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.probes;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.random.NoiseBatch;
import sc.fiji.latentdiffusion.sampler.Sampler;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Prediction;
import sc.fiji.latentdiffusion.schedulers.named.Schedulers;

/**
 * A problem whose solution is known: if all data are one point, a denoiser that knows it is exact,
 * and every scheduler must end there, from any noise.
 */
public final class OnePoint {

  /** The point. */
  public static final double X0 = 0.5;

  /** How far from the point a run in float32 may end. */
  public static final double BOUND = 1e-4;

  private static final int STEPS = 20;
  private static final int SIDE = 8;

  /** Schedulers that always end with the noise of the first train timestep. */
  private static final List<String> KEEP_NOISE = List.of("tcd", "deis", "deis_k", "sa_solver");

  /** How many standard deviations the noise that is kept may have. */
  private static final double LIKELY = 4;

  private OnePoint() {}

  /**
   * Runs a scheduler, with the model's noise schedule and kernels.
   *
   * @return the largest distance of 64 values from the point after 20 steps
   * @throws IllegalArgumentException if the scheduler can't do this schedule
   */
  public static double residue(String scheduler, LatentDiffusion model) {
    NoiseSchedule schedule = model.noiseSchedule();
    Plan plan = Schedulers.get(scheduler).plan(schedule, STEPS, 1);
    try (NDManager memory = model.manager().newSubManager()) {
      NoiseBatch noise = NoiseBatch.of(0);
      float[] start = noise.randn(SIDE * SIDE);
      for (int i = 0; i < start.length; i++) start[i] *= (float) plan.noiseWeight();
      NDArray first = memory.create(start, new Shape(1, 1, SIDE, SIDE));
      Sampler.Model exact = (input, evaluation) -> exact(input, evaluation, schedule.prediction());
      try (Sampler sampler = new Sampler(plan, first, noise, model.networks().kernels(), exact)) {
        while (sampler.hasNext()) sampler.next();
        return distance(sampler.sample().toFloatArray());
      }
    }
  }

  private static double distance(float[] values) {
    double largest = 0;
    for (float value : values) largest = Math.max(largest, Math.abs(value - X0));
    return largest;
  }

  private static NDArray exact(NDArray input, Evaluation evaluation, Prediction prediction) {
    double alpha = evaluation.level().alpha() * evaluation.inputScale();
    double sigma = evaluation.level().sigma() * evaluation.inputScale();
    float[] values = input.toFloatArray();
    for (int i = 0; i < values.length; i++) {
      double noise = (values[i] - alpha * X0) / sigma;
      values[i] =
          (float)
              switch (prediction) {
                case EPSILON -> noise;
                case V_PREDICTION -> alpha * noise - sigma * X0;
                case SAMPLE -> X0;
                case FLOW -> noise - X0;
              };
    }
    return input.getManager().create(values, input.getShape());
  }

  /**
   * Returns how far a scheduler may end from the point: what float32 allows, or 4 standard
   * deviations of the noise that it leaves.
   */
  public static double bound(String scheduler, NoiseSchedule schedule) {
    return keepsNoise(scheduler, schedule) ? LIKELY * schedule.level(0).sigma() : BOUND;
  }

  private static boolean keepsNoise(String scheduler, NoiseSchedule schedule) {
    return switch (scheduler) {
      case "ddim" -> !schedule.config().flag("set_alpha_to_one", true);
      case "pndm" -> !schedule.config().flag("set_alpha_to_one", false);
      default -> KEEP_NOISE.contains(scheduler);
    };
  }
}
