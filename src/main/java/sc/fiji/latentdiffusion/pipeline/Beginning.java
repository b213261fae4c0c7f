/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import sc.fiji.latentdiffusion.models.LatentSpace;
import sc.fiji.latentdiffusion.models.SeenChannels;
import sc.fiji.latentdiffusion.models.Sight;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.random.NoiseBatch;
import sc.fiji.latentdiffusion.sampler.KnownLatents;
import sc.fiji.latentdiffusion.sampler.KnownRegion;
import sc.fiji.latentdiffusion.sampler.Sampler;
import sc.fiji.latentdiffusion.schedulers.Plan;

/**
 * The arrays with which a run begins.
 *
 * @param latents the first sample, {@code [b, c, h, w]}, float32
 * @param seen the channels of an image that the denoiser sees
 * @param known the region that must not change; empty if all may change
 * @param region puts the known latents back before each evaluation; empty if all may change, or the
 *     denoiser holds them by itself
 */
record Beginning(
    NDArray latents,
    SeenChannels seen,
    Optional<KnownLatents> known,
    Optional<KnownRegion> region) {

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
    Sight.Viewer viewer = new Seeing(model, shape, noise);
    Optional<Sight> sight = model.sight();
    SeenChannels seen =
        sight
            .map(one -> new SeenChannels(start.seen(one, viewer, owner), one.areFirst()))
            .orElse(SeenChannels.NONE);
    Sampling sampling = request.sampling();
    float[] first = sampling.variation().turned(noise.randn(n), sampling.rng(), noise.size());
    NDArray drawn = owner.create(first, shape);
    start.skipDraws(noise, n, model.noiseSchedule(request), request);
    boolean isPutBack = start.holdsRegion() && model.surroundings() == Sight.Surroundings.PUT_BACK;
    boolean needed = plan.dataWeight() != 0 || isPutBack;
    Optional<NDArray> own = needed ? start.latents(model, owner) : Optional.empty();
    NDArray held = model.inpaints() ? seen.array() : null;
    Optional<KnownLatents> known =
        isPutBack || model.inpaints() ? start.known(own, held, request, plan) : Optional.empty();
    Optional<KnownRegion> region =
        known
            .filter(kept -> !kept.inpaints())
            .map(kept -> region(start, kept, drawn, model, owner));
    NDArray latents = mixed(plan, own, drawn);
    if (region.isEmpty()) drawn.close();
    return new Beginning(latents, seen, known, region);
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

  /** Returns what holds the region. Latents that continue a run have the noise of its seed. */
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

  /**
   * A run whose denoiser sees an image.
   *
   * @param model that runs
   * @param latents their shape, {@code [b, c, h, w]}
   * @param noise of the run
   */
  record Seeing(LatentDiffusion model, Shape latents, NoiseBatch noise) implements Sight.Viewer {

    @Override
    public LatentSpace space() {
      return model.networks().autoencoder().space();
    }

    @Override
    public Kernels kernels() {
      return model.networks().kernels();
    }

    @Override
    public NDArray encode(NDArray picture, NDManager owner) {
      return model.encode(picture, owner);
    }

    @Override
    public NDArray drawn(Shape one, NDManager owner) {
      float[] drawn = noise.randn(Math.toIntExact(one.size()));
      return owner.create(drawn, new Shape(noise.size(), one.get(1), one.get(2), one.get(3)));
    }
  }
}
