package sc.fiji.latentdiffusion.schedulers.solvers;

import java.util.ArrayList;
import java.util.List;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Prediction;
import sc.fiji.latentdiffusion.schedulers.Scheduler;
import sc.fiji.latentdiffusion.schedulers.SchedulerConfig;
import sc.fiji.latentdiffusion.schedulers.noise.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.sigmas.Karras;
import sc.fiji.latentdiffusion.schedulers.sigmas.Spacing;
import sc.fiji.latentdiffusion.schedulers.sigmas.Steps;

/**
 * The diffusion exponential integrator sampler, multistep, with polynomials in log ρ, ρ = σ/α
 * (Zhang and Chen 2023, section 3.3 and table 2); diffusers' {@code DEISMultistepScheduler}.
 *
 * <p>{@code solver_order} of the config (2, up to 3) is the order; the first steps that run, and
 * with {@code lower_order_final} the last ones of fewer than 15, have a lower one. The last step
 * ends at the sigma of train timestep 0, whose noise, σ ≈ 0.03, stays in the result.
 */
@Plugin(
    type = Scheduler.class,
    name = "deis",
    label = "DEIS",
    description = "Exponential integrator, multistep: Zhang and Chen 2023, arXiv:2204.13902",
    priority = 2800)
public class DEIS implements Scheduler {

  private static final int MAX_ORDER = 3;

  @Override
  public Plan plan(NoiseSchedule schedule, Prediction prediction, int steps, double strength) {
    check(schedule.config());
    int begin = Plan.begin(schedule, steps, strength);
    if (begin == steps) return Plan.EMPTY;
    int order = MultistepOrder.solverOrder(this, schedule.config(), MAX_ORDER);
    MultistepOrder orders = new MultistepOrder(order, schedule.config(), false);
    Spacing spacing = schedule.spacing().orElse(Spacing.LINSPACE);
    double last = karras() ? Karras.last(schedule) : schedule.sigmas()[0];
    Steps ladder = Steps.ofIntervals(schedule, spacing, steps, karras(), last).whole(Math::rint);
    List<Evaluation> table = new ArrayList<>();
    for (Steps.Rung r : ladder.rungs(begin, NoiseLevel::preserving)) {
      int i = begin + r.step();
      double[] weights = weights(ladder.sigmas(), i, orders.at(ladder.sigmas(), begin, i));
      for (int k = 0; k < weights.length; k++) weights[k] *= r.next().alpha();
      table.add(
          Evaluation.ofNoise(r.step(), r.step(), r.timestep(), r.level(), prediction)
              .next(r.level().scale(r.next()), weights));
    }
    return Plan.of(begin, 1, table);
  }

  /** Whether the sigmas are Karras's: {@code use_karras_sigmas}. */
  boolean karras() {
    return false;
  }

  private void check(SchedulerConfig config) {
    config.refuse(
        this, "thresholding", "use_exponential_sigmas", "use_beta_sigmas", "use_flow_sigmas");
  }

  /** The integrals over ρ of Lagrange's polynomials in log ρ, newest node first. */
  private static double[] weights(double[] rho, int i, int order) {
    double[] weights = new double[order];
    for (int k = 0; k < order; k++)
      weights[k] = primitive(rho, i, order, k, rho[i + 1]) - primitive(rho, i, order, k, rho[i]);
    return weights;
  }

  private static double primitive(double[] rho, int i, int order, int k, double at) {
    double l = StrictMath.log(at);
    double[] ofPowers = {at, at * (l - 1), at * (l * l - 2 * l + 2)}; // ∫ (log ρ)^n dρ
    double[] polynomial = lagrange(rho, i, order, k);
    double sum = 0;
    for (int n = 0; n < order; n++) sum += polynomial[n] * ofPowers[n];
    return sum;
  }

  /** The coefficients of the polynomial in log ρ that is 1 at the node k before i, 0 at others. */
  private static double[] lagrange(double[] rho, int i, int order, int k) {
    double[] p = new double[order];
    p[0] = 1;
    double node = StrictMath.log(rho[i - k]);
    for (int j = 0; j < order; j++) {
      if (j == k) continue;
      double other = StrictMath.log(rho[i - j]);
      for (int n = order - 1; n >= 0; n--)
        p[n] = ((n > 0 ? p[n - 1] : 0) - other * p[n]) / (node - other);
    }
    return p;
  }
}
