package sc.fiji.latentdiffusion.schedulers.solvers;

import sc.fiji.latentdiffusion.schedulers.NoiseLevel;

/**
 * A step to a noise level that goes further down and comes back up by fresh noise, as the reverse
 * of a diffusion does (DDPM's posterior in VE terms; k-diffusion's {@code get_ancestral_step}, η =
 * 1).
 *
 * @param down the level to go to without noise
 * @param up the standard deviation of the noise to add
 */
public record Ancestral(NoiseLevel down, double up) {

  /**
   * The ancestral step between two VE levels: {@code σ_down = σ'²/σ}, {@code σ_up² = σ'² −
   * σ_down²}.
   *
   * @param level where the step starts, σ
   * @param next where it ends, σ' ≤ σ
   */
  public static Ancestral of(NoiseLevel level, NoiseLevel next) {
    double ratio = next.sigma() / level.sigma();
    double up = next.sigma() * Math.sqrt(1 - ratio * ratio);
    return new Ancestral(NoiseLevel.exploding(next.sigma() * ratio), up);
  }
}
