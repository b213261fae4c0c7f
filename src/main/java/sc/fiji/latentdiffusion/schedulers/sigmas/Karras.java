package sc.fiji.latentdiffusion.schedulers.sigmas;

import sc.fiji.latentdiffusion.schedulers.noise.NoiseSchedule;

/**
 * Sigmas that lie close together where there is little noise (Karras et al. 2022, "Elucidating the
 * Design Space of Diffusion-Based Generative Models", equation 5, ρ = 7).
 */
public final class Karras {

  private static final double RHO = 7;

  private Karras() {}

  /**
   * So many sigmas between two.
   *
   * @param schedule its {@code sigma_min} and {@code sigma_max}, if given, replace the bounds
   * @param max the first sigma
   * @param min the last sigma
   * @param steps how many; one step is the first sigma
   * @return sigmas, descending
   */
  static double[] sigmas(NoiseSchedule schedule, double max, double min, int steps) {
    double from = StrictMath.pow(schedule.config().number("sigma_max", max), 1 / RHO);
    double to = StrictMath.pow(schedule.config().number("sigma_min", min), 1 / RHO);
    double[] sigmas = new double[steps];
    for (int i = 0; i < steps; i++) {
      double ramp = (double) i / Math.max(steps - 1, 1);
      sigmas[i] = StrictMath.pow(from + ramp * (to - from), RHO);
    }
    return sigmas;
  }

  /**
   * Where DEIS and UniPC end the last step if not at zero: at the smallest sigma.
   *
   * @return {@code sigma_min}, or the sigma of train timestep 0
   */
  public static double last(NoiseSchedule schedule) {
    return schedule.config().number("sigma_min", schedule.sigmas()[0]);
  }

  /**
   * The times of sigmas.
   *
   * @param schedule the schedule in which the times are sought
   * @param sigmas VE sigmas
   * @return a time each, not rounded
   */
  static double[] timesteps(NoiseSchedule schedule, double[] sigmas) {
    double[] timesteps = new double[sigmas.length];
    for (int i = 0; i < sigmas.length; i++) timesteps[i] = schedule.timestep(sigmas[i]);
    return timesteps;
  }
}
