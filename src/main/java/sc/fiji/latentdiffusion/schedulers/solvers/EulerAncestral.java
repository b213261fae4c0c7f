package sc.fiji.latentdiffusion.schedulers.solvers;

import java.util.ArrayList;
import java.util.List;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Prediction;
import sc.fiji.latentdiffusion.schedulers.Scheduler;
import sc.fiji.latentdiffusion.schedulers.noise.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.sigmas.Steps;

/**
 * Euler's method to a lower sigma than the next, and fresh noise up to it (k-diffusion's {@code
 * sample_euler_ancestral} with η = 1, which is DDPM's step in VE terms); diffusers' {@code
 * EulerAncestralDiscreteScheduler}.
 */
@Plugin(
    type = Scheduler.class,
    name = "euler_a",
    label = "Euler Ancestral",
    description = "Euler with fresh noise at every step: Karras et al. 2022, arXiv:2206.00364",
    priority = 2300)
public final class EulerAncestral implements Scheduler {

  @Override
  public Plan plan(NoiseSchedule schedule, Prediction prediction, int steps, double strength) {
    int begin = Plan.begin(schedule, steps, strength);
    Steps ladder = Steps.ofPoints(schedule, steps, false, 0);
    List<Evaluation> table = new ArrayList<>();
    for (Steps.Rung r : ladder.rungs(begin, NoiseLevel::exploding)) {
      Ancestral to = Ancestral.of(r.level(), r.next());
      table.add(
          Evaluation.ofData(r.step(), r.step(), r.timestep(), r.level(), prediction)
              .next(r.level().sampleWeight(to.down()), r.level().dataWeight(to.down()))
              .drawing(to.up()));
    }
    return Plan.of(begin, ladder.initNoiseSigma(schedule), table);
  }
}
