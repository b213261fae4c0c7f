package sc.fiji.latentdiffusion.schedulers;

import java.util.ArrayList;
import java.util.List;
import org.scijava.plugin.Plugin;

/**
 * DDIM without added noise (Song et al. 2021, equation 12 with η = 0); diffusers' {@code
 * DDIMScheduler} with {@code clip_sample} false, as latents need it.
 *
 * <p>A step goes to the timestep one stride earlier, also where the spacing's next one lies
 * elsewhere (linspace), as in diffusers. Where {@code set_alpha_to_one} is false the last step ends
 * at train timestep 0, which leaves its noise, σ ≈ 0.03, in the result.
 */
@Plugin(
    type = Scheduler.class,
    name = "ddim",
    label = "DDIM",
    description = "Deterministic first-order steps: Song et al. 2021, arXiv:2010.02502",
    priority = 3000)
public final class DDIM implements Scheduler {

  @Override
  public Plan plan(NoiseSchedule schedule, Prediction prediction, int steps, double strength) {
    schedule.config().refuse("ddim", "clip_sample", "thresholding");
    int begin = Plan.begin(schedule, steps, strength);
    if (begin == steps) return Plan.EMPTY;
    double[] timesteps = timesteps(schedule, steps);
    List<Step> table = new ArrayList<>();
    for (int i = begin; i < steps; i++) {
      int timestep = (int) timesteps[i];
      NoiseLevel level = level(schedule, timestep);
      NoiseLevel next = level(schedule, timestep - schedule.trainSteps() / steps);
      table.add(
          Step.ofData(
              i - begin,
              timestep,
              level,
              prediction,
              level.sampleWeight(next),
              List.of(level.dataWeight(next))));
    }
    NoiseLevel start = table.get(0).level();
    return begin == 0 ? new Plan(0, 1, table) : new Plan(start.alpha(), start.sigma(), table);
  }

  private static double[] timesteps(NoiseSchedule schedule, int steps) {
    Spacing spacing = schedule.spacing().orElse(Spacing.LEADING);
    return Spacing.rounded(spacing.points(schedule.trainSteps(), steps, schedule.stepsOffset()));
  }

  private static NoiseLevel level(NoiseSchedule schedule, int timestep) {
    boolean finished = timestep < 0 && schedule.config().flag("set_alpha_to_one", true);
    return NoiseLevel.ofAlphaCumprod(finished ? 1 : schedule.alphaCumprod(timestep));
  }
}
