package sc.fiji.latentdiffusion.pipeline;

import ai.djl.ndarray.NDArray;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.Step;

/**
 * Keeps the latents around a selection as they are: before every evaluation they are the picture's,
 * noised to the present level with the run's first noise (Lugmayr et al. 2022, arXiv:2201.09865,
 * equation 8a), so that the network sees what the selection has to fit to.
 *
 * <p>A mask between 0 and 1 is a strength of its own (Levin and Fried 2023, arXiv:2306.00950): a
 * latent pixel begins to change at the timestep that is {@code mask} times the run's first. So 1
 * changes from the first step on, 0 never.
 */
final class Surroundings implements Sampler.Constraint {

  private static final NoiseLevel CLEAN = new NoiseLevel(1, 0, 1);

  private final Kernels kernels;
  private final NDArray known;
  private final NDArray noise;
  private final NDArray mask;
  private final double firstTimestep;

  /**
   * All arrays must stay open as long as this is used.
   *
   * @param known the picture's latents, {@code [1, c, h, w]}
   * @param noise of the run, alike
   * @param mask {@code [1, 1, h, w]}, 0…1
   * @param firstTimestep of the run
   */
  Surroundings(Kernels kernels, NDArray known, NDArray noise, NDArray mask, double firstTimestep) {
    this.kernels = kernels;
    this.known = known;
    this.noise = noise;
    this.mask = mask;
    this.firstTimestep = firstTimestep;
  }

  @Override
  public NDArray apply(NDArray sample, Step step) {
    double passed = firstTimestep > 0 ? Math.min(1, step.timestep() / firstTimestep) : 1;
    return around(sample, passed, step.level());
  }

  /** The final latents with the picture's own, without noise, wherever nothing was to change. */
  NDArray restored(NDArray sample) {
    return around(sample, 0, CLEAN);
  }

  private NDArray around(NDArray sample, double threshold, NoiseLevel level) {
    return kernels.call(
        sample.getManager(),
        "surrounded",
        sample,
        known,
        noise,
        mask,
        threshold,
        level.alpha(),
        level.sigma());
  }
}
