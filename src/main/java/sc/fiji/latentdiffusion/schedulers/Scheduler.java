package sc.fiji.latentdiffusion.schedulers;

import org.scijava.plugin.SciJavaPlugin;
import sc.fiji.latentdiffusion.schedulers.noise.NoiseSchedule;

/**
 * A way to walk from noise to data: computes before a run all the numbers that it needs.
 *
 * <p>An implementation is one class with the annotation {@code @Plugin(type = Scheduler.class, name
 * = "euler_k", label = "Euler Karras", description = "its idea and its paper", priority = …)}: name
 * is the key in macros, label stands in dialogs, a higher priority stands further up. It has a
 * constructor without parameters and keeps no state.
 */
public interface Scheduler extends SciJavaPlugin {

  /**
   * The table of one run.
   *
   * @param schedule what the model's {@code scheduler_config.json} says
   * @param prediction what the model predicts
   * @param steps the number of steps of a whole run, 1…{@link NoiseSchedule#trainSteps()}
   * @param strength the part of them that runs, 0…1: the last {@code min(int(steps · strength),
   *     steps)}; at 1 the run starts from noise alone, at 0 there is nothing to do
   * @return the plan
   * @throws IllegalArgumentException if steps or strength are out of range, or the config asks for
   *     what this scheduler cannot do
   */
  Plan plan(NoiseSchedule schedule, Prediction prediction, int steps, double strength);
}
