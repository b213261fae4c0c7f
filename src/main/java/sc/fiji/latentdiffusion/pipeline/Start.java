/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Optional;
import sc.fiji.latentdiffusion.models.SharedLatents;
import sc.fiji.latentdiffusion.models.Sight;
import sc.fiji.latentdiffusion.models.prompts.RegionPrompts;
import sc.fiji.latentdiffusion.random.NoiseBatch;
import sc.fiji.latentdiffusion.sampler.KnownLatents;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.solvers.DDIMInverse;
import sc.fiji.latentdiffusion.settings.KeyCheck;

/**
 * What a run starts from: noise alone, a picture, latents at some step, or a picture's latents that
 * are inverted. It decides the size and the steps of the run.
 */
public sealed interface Start {

  /** Noise alone: all steps run. */
  record FromNoise() implements Start {

    @Override
    public Request resolved(Request request, LatentDiffusion model) {
      return request.withNativeSize(model.declaration().size()).withStrength(1);
    }

    @Override
    public Optional<NDArray> latents(LatentDiffusion model, NDManager owner) {
      return Optional.empty();
    }
  }

  /**
   * A picture: the last steps run, as many as the strength says.
   *
   * @param picture {@code [1, 3, h, w]}, float32, −1…1, h and w multiples of the model's factor f
   * @param mask {@code [1, 1, h/f, w/f]}, float32: how much each latent pixel may change, from 0
   *     (nothing) to 1 (by the whole strength); empty if all may change
   * @param prompted regions with prompts of their own, of the latents' size; none for one prompt
   * @param beside what a denoiser is shown that sees an image
   * @param shared what it has in common with other runs from the same picture and mask; empty if it
   *     is the only one
   */
  record FromPicture(
      NDArray picture,
      Optional<NDArray> mask,
      List<RegionPrompts.Region> prompted,
      Beside beside,
      Optional<SharedLatents> shared)
      implements Start {

    /**
     * What is shown beside the picture to a denoiser that sees an image.
     *
     * @param depth {@code [1, 1, h, w]}; empty where none is seen
     * @param noiseLevel the timestep whose noise the picture gets, where it is seen with noise
     */
    public record Beside(Optional<NDArray> depth, int noiseLevel) {

      /** The default of {@code noiselevel}. */
      public static final int NOISE_LEVEL = 20;

      /** No depth. */
      public static final Beside NOTHING = new Beside(Optional.empty(), NOISE_LEVEL);
    }

    /** The picture of one run. */
    public FromPicture(
        NDArray picture, Optional<NDArray> mask, List<RegionPrompts.Region> prompted) {
      this(picture, mask, prompted, Beside.NOTHING, Optional.empty());
    }

    /** A picture with one prompt. */
    public FromPicture(NDArray picture, Optional<NDArray> mask) {
      this(picture, mask, List.of());
    }

    @Override
    public RegionPrompts regions(String prompt, int factor) {
      int width = Math.toIntExact(picture.getShape().get(3)) / factor;
      return RegionPrompts.of(prompt, prompted, width);
    }

    @Override
    public Request resolved(Request request, LatentDiffusion model) {
      Optional<Sight> sight = model.sight();
      boolean isLarger = sight.filter(Sight::isEnlarging).isPresent();
      Request sized = sized(request, picture.getShape(), isLarger ? model.factor() : 1);
      return whole(sized, sight);
    }

    /**
     * Returns a copy of a request with the strength that counts for a denoiser.
     *
     * @param sight what it sees; empty for nothing
     */
    public static Request whole(Request request, Optional<Sight> sight) {
      boolean isWhole = sight.filter(Sight::startsFromNoise).isPresent() && request.strength() > 0;
      return isWhole ? request.withStrength(1) : request;
    }

    @Override
    public Optional<NDArray> latents(LatentDiffusion model, NDManager owner) {
      return Optional.of(
          shared
              .map(all -> all.own(memory -> model.encode(picture, memory), owner))
              .orElseGet(() -> model.encode(picture, owner)));
    }

    @Override
    public NDArray seen(Sight sight, Sight.Viewer viewer, NDManager owner) {
      Sight.Shown shown = new Sight.Shown(picture, mask, beside.depth(), beside.noiseLevel());
      return shared
          .filter(all -> !sight.areDrawn())
          .map(all -> all.channels(memory -> sight.channels(shown, viewer, memory), owner))
          .orElseGet(() -> sight.channels(shown, viewer, owner));
    }

    @Override
    public void requireSeeing(Optional<Sight> sight) {
      boolean takesDepth = sight.filter(Sight::takesDepth).isPresent();
      KeyCheck.require(
          takesDepth == beside.depth().isPresent(),
          "depth",
          takesDepth ? "an image, as the model sees one" : "empty, as the model sees none",
          takesDepth ? "none" : "given");
      int most = sight.map(Sight::mostNoise).orElse(-1);
      int level = beside.noiseLevel();
      boolean isUsual = level == Beside.NOISE_LEVEL;
      String expected =
          most < 0
              ? Beside.NOISE_LEVEL + " (its default), as only an upscaler takes it"
              : "between 0 and " + most;
      KeyCheck.require(
          most < 0 ? isUsual : level >= 0 && level <= most, "noiselevel", expected, level);
    }

    @Override
    public Optional<String> strengthNote(double asked, Request request) {
      if (asked == request.strength()) return Optional.empty();
      return Optional.of(
          "The model begins with noise alone, as it sees the image all the time: strength "
              + asked
              + " counts as 1.");
    }

    @Override
    public int noiseLevel() {
      return beside.noiseLevel();
    }

    @Override
    public boolean holdsRegion() {
      return mask.isPresent();
    }

    @Override
    public Optional<KnownLatents> known(
        Optional<NDArray> own, NDArray channels, Request request, Plan plan) {
      double first = plan.evaluations().get(0).timestep();
      boolean inpaints = channels != null;
      return mask.map(
          shares ->
              new KnownLatents(
                  inpaints ? channels.get(":, :1") : shares,
                  inpaints ? channels.get(":, 1:") : own.get(),
                  request.sampling().rng(),
                  request.seed(),
                  request.sampling().variation(),
                  first,
                  inpaints));
    }
  }

  /**
   * Latents at some step: the steps of a range run.
   *
   * @param latents scaled, {@code [1, c, h, w]}, float32
   * @param range of the steps
   * @param known the region that the earlier part of the run has held; empty for none
   */
  record FromLatents(NDArray latents, StepRange range, Optional<KnownLatents> known)
      implements Start {

    @Override
    public Request resolved(Request request, LatentDiffusion model) {
      return sized(request, latents.getShape(), model.factor());
    }

    @Override
    public RunSteps steps(NoiseSchedule schedule, Request request) {
      return RunSteps.of(range.within(request.steps()), schedule, request);
    }

    @Override
    public void skipDraws(NoiseBatch noise, int n, NoiseSchedule schedule, Request request) {
      range.skipDraws(noise, n, schedule, request);
    }

    @Override
    public Optional<NDArray> latents(LatentDiffusion model, NDManager owner) {
      return Optional.of(latents);
    }

    @Override
    public NDArray seen(Sight sight, Sight.Viewer viewer, NDManager owner) {
      return known
          .map(region -> region.channels(owner))
          .orElseGet(() -> Start.super.seen(sight, viewer, owner));
    }

    @Override
    public boolean holdsRegion() {
      return known.isPresent();
    }

    @Override
    public Optional<KnownLatents> known(
        Optional<NDArray> own, NDArray channels, Request request, Plan plan) {
      return known;
    }

    @Override
    public boolean continuesNoise() {
      return !range.noised();
    }
  }

  /**
   * Latents without noise: all steps of DDIM run backwards, to the noise of which it makes them.
   *
   * @param latents scaled, {@code [1, c, h, w]}, float32
   */
  record Inversion(NDArray latents) implements Start {

    @Override
    public Request resolved(Request request, LatentDiffusion model) {
      return sized(request, latents.getShape(), model.factor());
    }

    @Override
    public RunSteps steps(NoiseSchedule schedule, Request request) {
      return RunSteps.all(DDIMInverse.plan(schedule, request.steps()), schedule, request);
    }

    @Override
    public Optional<NDArray> latents(LatentDiffusion model, NDManager owner) {
      return Optional.of(latents);
    }
  }

  /**
   * Returns a copy of a request with the size, and for noise the strength, that this start decides.
   */
  Request resolved(Request request, LatentDiffusion model);

  /**
   * Returns the steps of the run.
   *
   * @param schedule that the scheduler plans by
   * @param request resolved
   * @throws IllegalArgumentException if they can't be planned; the message says what to change
   */
  default RunSteps steps(NoiseSchedule schedule, Request request) {
    return RunSteps.all(StepRange.byStrength(schedule, request), schedule, request);
  }

  /**
   * Returns a note if another strength counts than was asked for.
   *
   * @param asked for
   * @param request of the run
   */
  default Optional<String> strengthNote(double asked, Request request) {
    return Optional.empty();
  }

  /**
   * Draws from the stream of noise as often as earlier steps have drawn.
   *
   * @param noise continues then as in an uninterrupted run
   * @param n numbers of a draw, for each sample
   */
  default void skipDraws(NoiseBatch noise, int n, NoiseSchedule schedule, Request request) {}

  /**
   * Returns the latents it starts from, {@code [b, c, h, w]}, float32; empty for noise alone.
   *
   * @param model encodes a picture
   * @param owner owns latents that are computed
   */
  Optional<NDArray> latents(LatentDiffusion model, NDManager owner);

  /**
   * Returns the channels of the image that the denoiser sees.
   *
   * @param sight what it sees
   * @param viewer the run
   * @param owner owns the result
   * @return {@code [1 or b, n, h, w]}, float32
   * @throws IllegalArgumentException if it can't see what is shown
   */
  default NDArray seen(Sight sight, Sight.Viewer viewer, NDManager owner) {
    return sight.blank(viewer, owner);
  }

  /**
   * Checks that it shows a denoiser what it must see.
   *
   * @param sight what the denoiser sees; empty for nothing
   * @throws IllegalArgumentException if it must see an image, and this has none
   */
  default void requireSeeing(Optional<Sight> sight) {
    if (sight.filter(one -> !one.isOptional()).isEmpty()) return;
    throw new IllegalArgumentException(
        "The model is "
            + sight.get().label()
            + ", which needs an image to look at. Open one, and run Image to Image... on it.");
  }

  /** Returns the level of the noise that a picture gets which is seen with noise. */
  default int noiseLevel() {
    return 0;
  }

  /** Returns whether a region of the latents must not change. */
  default boolean holdsRegion() {
    return false;
  }

  /**
   * Returns the prompts of the picture's regions.
   *
   * @param prompt of the request
   * @param factor pixels of the picture that a pixel of the latents covers
   */
  default RegionPrompts regions(String prompt, int factor) {
    return RegionPrompts.of(prompt);
  }

  /**
   * Returns the region that must not change; empty if all may change.
   *
   * @param own the latents it starts from, if they were needed
   * @param channels of an inpainting model, {@code [1, 1 + c, h, w]}; null for any other
   * @param request resolved
   * @param plan of the run, with at least one evaluation
   */
  default Optional<KnownLatents> known(
      Optional<NDArray> own, NDArray channels, Request request, Plan plan) {
    return Optional.empty();
  }

  /** Returns whether its latents hold the noise of an earlier part of the run. */
  default boolean continuesNoise() {
    return false;
  }

  private static Request sized(Request request, Shape shape, int factor) {
    long height = factor * shape.get(2);
    long width = factor * shape.get(3);
    return request.withSize(Math.toIntExact(width), Math.toIntExact(height));
  }
}
