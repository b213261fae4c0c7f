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
 * The linear multistep (Adams–Bashforth) method of fourth order in sigma, with the slopes of up to
 * three evaluations before (k-diffusion's {@code sample_lms}; Hairer, Nørsett and Wanner 1993,
 * section III.5); diffusers' {@code LMSDiscreteScheduler}.
 *
 * <p>The order is what the slopes at hand allow, counted from the first evaluation that runs.
 * diffusers (0.42) counts from the start of the whole schedule: from the middle it takes the
 * weights of a higher order and leaves out those of slopes that are not there, so that its first
 * three steps are not as long as they should be. If the data are the one point 0.7, its 20 steps
 * with strength 0.5 end at 0.693, these at 0.7.
 */
@Plugin(
    type = Scheduler.class,
    name = "lms",
    label = "LMS",
    description =
        "Linear multistep in sigma over four evaluations: Karras et al. 2022, arXiv:2206.00364",
    priority = 2700)
public class LMS implements Scheduler {

  private static final int ORDER = 4;

  /** The nodes of Gauss's quadrature on −1…1 that is exact for cubics. */
  private static final double NODE = 1 / Math.sqrt(3);

  @Override
  public Plan plan(NoiseSchedule schedule, Prediction prediction, int steps, double strength) {
    schedule.config().refuse(this, "use_exponential_sigmas", "use_beta_sigmas");
    int begin = Plan.begin(schedule, steps, strength);
    Steps ladder = Steps.ofPoints(schedule, steps, karras(), 0);
    List<Evaluation> table = new ArrayList<>();
    for (Steps.Rung r : ladder.rungs(begin, NoiseLevel::exploding)) {
      int i = begin + r.step();
      int order = MultistepOrder.withHistory(ladder.sigmas(), begin, i, ORDER);
      table.add(
          Evaluation.ofNoise(r.step(), r.step(), r.timestep(), r.level(), prediction)
              .next(1, weights(ladder.sigmas(), i, order)));
    }
    return Plan.of(begin, ladder.initNoiseSigma(schedule), table);
  }

  /** Whether the sigmas are Karras's: {@code use_karras_sigmas}. */
  boolean karras() {
    return false;
  }

  /** The weights of so many slopes, newest first: the integrals of Lagrange's polynomials. */
  private static double[] weights(double[] sigmas, int i, int order) {
    double middle = (sigmas[i] + sigmas[i + 1]) / 2;
    double half = (sigmas[i + 1] - sigmas[i]) / 2;
    double[] weights = new double[order];
    for (int k = 0; k < order; k++)
      weights[k] =
          half
              * (lagrange(sigmas, i, order, k, middle - half * NODE)
                  + lagrange(sigmas, i, order, k, middle + half * NODE));
    return weights;
  }

  /** The polynomial that is 1 at the sigma k evaluations before i and 0 at the others. */
  private static double lagrange(double[] sigmas, int i, int order, int k, double sigma) {
    double product = 1;
    for (int j = 0; j < order; j++)
      if (j != k) product *= (sigma - sigmas[i - j]) / (sigmas[i - k] - sigmas[i - j]);
    return product;
  }
}
