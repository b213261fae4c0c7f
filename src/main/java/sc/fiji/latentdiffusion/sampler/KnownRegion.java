/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.sampler;

import ai.djl.ndarray.NDArray;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;

/**
 * Holds the latents around a selection: before every evaluation they are the picture's, noised to
 * the present level with the run's first noise (Lugmayr et al. 2022, arXiv:2201.09865, equation
 * 8a). The network fits the selection to them.
 *
 * <p>A mask between 0 and 1 is a strength of its own (Levin and Fried 2023, arXiv:2306.00950): a
 * latent pixel begins to change at the timestep that is {@code mask} times the run's first. So 1
 * changes from the first step on, 0 never.
 */
public final class KnownRegion implements Sampler.Constraint {

  private static final NoiseLevel CLEAN = new NoiseLevel(1, 0, 1);

  private final LatentKernels kernels;
  private final KnownLatents known;
  private final NDArray noise;
  private final double last;

  /**
   * All arrays must stay open as long as this is used.
   *
   * @param known mask and picture's latents
   * @param noise of the run, {@code [1, c, h, w]}
   * @param last timestep of all runs, that of no noise
   */
  public KnownRegion(Kernels kernels, KnownLatents known, NDArray noise, double last) {
    this.kernels = new LatentKernels(kernels);
    this.known = known;
    this.noise = noise;
    this.last = last;
  }

  @Override
  public NDArray apply(NDArray sample, Evaluation evaluation) {
    double first = known.firstTimestep() - last;
    double passed = first > 0 ? Math.min(1, (evaluation.timestep() - last) / first) : 1;
    return around(sample, passed, evaluation.level());
  }

  /** Returns the final latents, with the picture's own wherever nothing may change. */
  public NDArray restored(NDArray sample) {
    return around(sample, 0, CLEAN);
  }

  private NDArray around(NDArray sample, double threshold, NoiseLevel level) {
    return kernels.surrounded(
        sample, known.known(), noise, known.mask(), threshold, level.alpha(), level.sigma());
  }
}
