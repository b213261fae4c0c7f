import java.util.ArrayList;
import java.util.List;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Prediction;
import sc.fiji.latentdiffusion.schedulers.Scheduler;
import sc.fiji.latentdiffusion.schedulers.Step;

/**
 * DDIM's steps at quadratically spaced timesteps (Song et al. 2021, appendix D.2). No part of the
 * plugin: the tests compile this file and put it on the class path, to prove that one file adds a
 * scheduler.
 */
@Plugin(
    type = Scheduler.class,
    name = "ddim_quadratic",
    label = "DDIM Quadratic",
    description = "DDIM at quadratically spaced timesteps: Song et al. 2021, arXiv:2010.02502",
    priority = 1)
public final class QuadraticDDIM implements Scheduler {

  @Override
  public Plan plan(NoiseSchedule schedule, Prediction prediction, int steps, double strength) {
    int begin = Plan.begin(schedule, steps, strength);
    if (begin == steps) return Plan.EMPTY;
    List<Step> table = new ArrayList<>();
    for (int i = begin; i < steps; i++) {
      NoiseLevel level = level(schedule, steps, i);
      NoiseLevel next = level(schedule, steps, i + 1);
      List<Double> dataWeight = List.of(level.dataWeight(next));
      double timestep = timestep(schedule, steps, i);
      table.add(
          Step.ofData(
              i - begin, timestep, level, prediction, level.sampleWeight(next), dataWeight));
    }
    return Plan.of(begin, 1, table);
  }

  private static NoiseLevel level(NoiseSchedule schedule, int steps, int i) {
    return NoiseLevel.ofAlphaCumprod(
        i == steps ? 1 : schedule.alphaCumprod(timestep(schedule, steps, i)));
  }

  private static int timestep(NoiseSchedule schedule, int steps, int i) {
    double root = Math.sqrt(schedule.trainSteps() - 1) * (steps - i) / steps;
    return (int) Math.round(root * root);
  }
}
