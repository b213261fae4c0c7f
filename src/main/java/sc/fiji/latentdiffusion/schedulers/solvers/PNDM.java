package sc.fiji.latentdiffusion.schedulers.solvers;

import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Prediction;
import sc.fiji.latentdiffusion.schedulers.Scheduler;
import sc.fiji.latentdiffusion.schedulers.noise.NoiseSchedule;

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
    type = Scheduler.class,
    name = "pndm",
    label = "PNDM",
    description =
        "Linear multistep over four evaluations (PLMS): Liu et al. 2022, arXiv:2202.09778",
    priority = 2600)
public final class PNDM implements Scheduler {

  @Override
  public Plan plan(NoiseSchedule schedule, Prediction prediction, int steps, double strength) {
    int begin = Plan.begin(schedule, steps, strength);
    PNDMTable table = new PNDMTable(schedule, prediction, steps);
    double[] timesteps = schedule.wholeTimesteps(steps);
    boolean rungeKutta = !schedule.config().flag("skip_prk_steps", false);
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
}
