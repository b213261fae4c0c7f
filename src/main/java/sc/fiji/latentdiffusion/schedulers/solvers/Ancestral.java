/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.solvers;

import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;

/**
 * A step to a noise level that goes further down and comes back up by fresh noise, as the reverse
 * of a diffusion does: {@code x' = scale · x_down + up · z}. With betas this is DDPM's posterior in
 * VE terms (k-diffusion's {@code get_ancestral_step}, η = 1), with flow matching ComfyUI's step for
 * rectified flow.
 *
 * @param down the level to go to without noise
 * @param scale the weight of the sample at that level; 1 with betas
 * @param up the standard deviation of the noise to add
 */
public record Ancestral(NoiseLevel down, double scale, double up) {

  /**
   * The ancestral step between two levels in the variance-exploding convention: {@code σ_down =
   * σ'²/σ}, {@code scale = α'/α_down}, {@code up² = σ'² − (scale · σ_down)²}.
   *
   * @param noise the noise schedule of the levels
   * @param level where the step starts, σ
   * @param next where it ends, σ' ≤ σ
   * @return the step
   */
  public static Ancestral of(NoiseSchedule noise, NoiseLevel level, NoiseLevel next) {
    double ratio = next.sigma() / level.sigma();
    NoiseLevel down = noise.varianceExploding(next.sigma() * ratio);
    double scale = down.scale(next);
    double kept = scale * ratio;
    return new Ancestral(down, scale, next.sigma() * Math.sqrt(1 - kept * kept));
  }
}
