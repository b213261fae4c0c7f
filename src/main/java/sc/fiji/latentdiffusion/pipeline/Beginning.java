package sc.fiji.latentdiffusion.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import sc.fiji.latentdiffusion.random.NoiseBatch;
import sc.fiji.latentdiffusion.schedulers.Plan;

/**
 * The arrays with which a run begins.
 *
 * @param latents the first sample, {@code [b, c, h, w]}, float32
 * @param channels that an inpainting model takes behind the latents, {@code [1, 1 + c, h, w]}; null
 *     for any other
 * @param known the region that must not change; empty if all may change
 * @param region puts the known latents back before each evaluation; empty if all may change, or the
 *     model takes the region as channels
 */
record Beginning(
    NDArray latents, NDArray channels, Optional<KnownLatents> known, Optional<KnownRegion> region) {

  /**
   * Draws the noise of the seed, and mixes it with the latents of the start.
   *
   * @param start of the run
   * @param model encodes a picture
   * @param request resolved
   * @param plan of the run, with at least one evaluation
   * @param noise from its beginning; afterwards it is where the first evaluation draws
   * @param owner owns the arrays
   */
  static Beginning of(
      Start start,
      LatentDiffusion model,
      Request request,
      Plan plan,
      NoiseBatch noise,
      NDManager owner) {
    Shape shape = shape(noise.size(), model, request);
    int n = Math.toIntExact(shape.size() / noise.size());
    float[] first = request.sampling().variation().turned(noise.randn(n), noise.size());
    NDArray drawn = owner.create(first, shape);
    start.skipDraws(noise, n, model.noiseSchedule(request), request);
    NDArray channels = model.inpaints() ? start.channels(model, shape, owner) : null;
    boolean needed = plan.dataWeight() != 0 || start.holdsRegion() && channels == null;
    Optional<NDArray> own = needed ? start.latents(model, owner) : Optional.empty();
    Optional<KnownLatents> known = start.known(own, channels, request, plan);
    Optional<KnownRegion> region =
        known
            .filter(kept -> !kept.inpaints())
            .map(kept -> region(start, kept, drawn, model, owner));
    NDArray latents = mixed(plan, own, drawn);
    if (region.isEmpty()) drawn.close();
    return new Beginning(latents, channels, known, region);
  }

  /** Returns the change of every sample before the denoiser sees it. */
  Sampler.Constraint constraint() {
    return (sample, evaluation) ->
        region.map(held -> held.apply(sample, evaluation)).orElse(sample);
  }

  private static Shape shape(int samples, LatentDiffusion model, Request request) {
    int factor = model.factor();
    return new Shape(
        samples, model.latentChannels(), request.height() / factor, request.width() / factor);
  }

  /** Latents that continue a run hold the noise of that run's seed. */
  private static KnownRegion region(
      Start start, KnownLatents known, NDArray drawn, LatentDiffusion model, NDManager owner) {
    NDArray noise = start.continuesNoise() ? known.noise(owner) : drawn;
    double last = model.noiseSchedule().timestep(0);
    return new KnownRegion(model.networks().kernels(), known, noise, last);
  }

  /** {@code dataWeight · own + noiseWeight · drawn}. */
  private static NDArray mixed(Plan plan, Optional<NDArray> own, NDArray drawn) {
    NDArray scaled = drawn.mul((float) plan.noiseWeight());
    if (plan.dataWeight() == 0) return scaled;
    try (scaled;
        NDArray data = own.get().mul((float) plan.dataWeight())) {
      return data.add(scaled);
    }
  }
}
