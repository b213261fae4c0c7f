package sc.fiji.latentdiffusion.schedulers.solvers;

import java.util.ArrayList;
import java.util.List;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.OutputWeights;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Prediction;
import sc.fiji.latentdiffusion.schedulers.Scheduler;
import sc.fiji.latentdiffusion.schedulers.SchedulerConfig;
import sc.fiji.latentdiffusion.schedulers.noise.NoiseSchedule;

/**
 * Multistep sampling of a latent consistency model (Luo et al. 2023, algorithm 3; Song et al. 2023,
 * algorithm 1); diffusers' {@code LCMScheduler}. Each step jumps to the data and adds fresh noise.
 *
 * <p>The steps are some of the {@code original_inference_steps} (50) that the model was distilled
 * with, so there are no more than those. The boundary condition leaves less than 1e-5 of the sample
 * in the result.
 */
@Plugin(
    type = Scheduler.class,
    name = "lcm",
    label = "LCM",
    description =
        "For models distilled to 1–8 steps, guidance off: Luo et al. 2023, arXiv:2310.04378",
    priority = 1400)
public final class LCM implements Scheduler {

  /** The standard deviation of data that the boundary condition supposes. */
  private static final double SIGMA_DATA = 0.5;

  @Override
  public Plan plan(NoiseSchedule schedule, Prediction prediction, int steps, double strength) {
    schedule.config().refuse(this, "clip_sample", "thresholding");
    int begin = Plan.begin(schedule, steps, strength);
    if (begin == steps) return Plan.EMPTY;
    int[] timesteps = timesteps(schedule, steps);
    List<Evaluation> table = new ArrayList<>();
    for (int i = begin; i < steps; i++) {
      NoiseLevel level = schedule.level(timesteps[i]);
      Evaluation step =
          Evaluation.of(
              i - begin,
              i - begin,
              timesteps[i],
              level,
              prediction,
              data(schedule, timesteps[i], level, prediction));
      table.add(i + 1 == steps ? step.next(0, 1) : to(schedule.level(timesteps[i + 1]), step));
    }
    return Plan.of(begin, 1, table);
  }

  private static Evaluation to(NoiseLevel next, Evaluation step) {
    return step.next(0, next.alpha()).drawing(next.sigma());
  }

  /** x̂0 under the boundary condition: {@code c_out · x̂0 + c_skip · x}. */
  private static OutputWeights data(
      NoiseSchedule schedule, int timestep, NoiseLevel level, Prediction prediction) {
    double t = timestep * schedule.config().number("timestep_scaling", 10);
    double sum = t * t + SIGMA_DATA * SIGMA_DATA;
    OutputWeights data = prediction.predOriginalSample(level);
    double out = t / Math.sqrt(sum);
    return new OutputWeights(
        out * data.sample() + SIGMA_DATA * SIGMA_DATA / sum, out * data.output());
  }

  /**
   * So many of the timesteps of distillation, noisiest first.
   *
   * @throws IllegalArgumentException if there are more steps than those
   */
  static int[] timesteps(NoiseSchedule schedule, int steps) {
    int original = (int) schedule.config().number("original_inference_steps", 50);
    if (original < 1 || original > schedule.trainSteps())
      throw SchedulerConfig.wrong(
          "original_inference_steps", original, "1…" + schedule.trainSteps());
    if (steps > original)
      throw new IllegalArgumentException(
          "steps: this scheduler is for models distilled to few steps and takes 1…"
              + original
              + " (original_inference_steps); found "
              + steps
              + ".");
    int stride = schedule.trainSteps() / original;
    int[] timesteps = new int[steps];
    for (int i = 0; i < steps; i++)
      timesteps[i] = (original - (int) ((double) i * original / steps)) * stride - 1;
    return timesteps;
  }
}
