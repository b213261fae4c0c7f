/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.addons.SteeredDenoiser;
import sc.fiji.latentdiffusion.guidance.GuidanceJoin;
import sc.fiji.latentdiffusion.guidance.GuidanceSteps;
import sc.fiji.latentdiffusion.models.AttentionProbe;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.models.Sight;
import sc.fiji.latentdiffusion.models.prompts.RegionPrompts;
import sc.fiji.latentdiffusion.sampler.Evaluated;
import sc.fiji.latentdiffusion.sampler.Sampler;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.views.View;

/**
 * The prediction of a denoiser with the run's prompts. In a guided step both halves, without and
 * with the prompt, are computed in one batch and joined ({@link GuidanceJoin}). In other steps, and
 * for a denoiser that needs no second half or takes no prompts, one half is computed alone.
 *
 * <p>A model that is guided by an image, too, has a third part before them, which sees neither
 * prompt nor image.
 *
 * <p>Where regions have prompts of their own, {@code ε_cond = Σ w_r c_r}, see {@link
 * RegionPrompts}: the first prompt is computed beside the negative one, each further one alone.
 */
public final class Guidance implements Sampler.Model {

  /**
   * The denoiser with one prompt.
   *
   * @param whole with the prompt, and for guidance with the negative one before it
   * @param alone with the prompt alone; null if it is never used
   */
  record Prompted(SteeredDenoiser whole, SteeredDenoiser alone) {

    private Prompted of(View view) {
      return new Prompted(whole.of(view), alone == null ? null : alone.of(view));
    }
  }

  private final LoadedModel model;
  private final GuidanceSteps steps;
  private final GuidanceJoin join;
  private final boolean isGuided;
  private final int parts;
  private final RegionPrompts regions;
  private final Map<String, Prompted> prompted;
  private final List<NDArray> shares = new ArrayList<>();
  private final NDManager run;
  private final AttentionProbe.Wish wish;
  private final int factor;
  private final Optional<AttentionProbe> probe;
  private Optional<Evaluated.Halves> halves = Optional.empty();

  /**
   * Begins a run of a denoiser; nothing is computed before the first prediction.
   *
   * @param model its networks
   * @param regions the prompts of the run
   * @param prompted the denoiser with each of them
   * @param steps in which guidance acts
   * @param latents any of the run's, {@code [b, c, h, w]}
   * @param wish for attention
   * @param run owns what lasts as long as the run
   */
  Guidance(
      LoadedModel model,
      RegionPrompts regions,
      Map<String, Prompted> prompted,
      GuidanceSteps steps,
      NDArray latents,
      AttentionProbe.Wish wish,
      NDManager run) {
    this.model = model;
    this.steps = steps;
    join = new GuidanceJoin(model.kernels(), steps, run);
    isGuided = RequestFit.isGuided(steps.options(), model.denoiser().takes());
    parts = model.declaration().sight().filter(Sight::isGuided).isPresent() ? 3 : 2;
    this.regions = regions;
    this.prompted = prompted;
    this.run = run;
    makeShares((int) latents.getShape().get(2), (int) latents.getShape().get(3));
    this.wish = wish;
    factor = model.autoencoder().space().factor();
    probe = watching();
  }

  /** Regions of several prompts have none. */
  private Optional<AttentionProbe> watching() {
    if (!wish.isAny() || !regions.isOne()) return Optional.empty();
    AttentionProbe watching = new AttentionProbe(wish, factor);
    prompted(0).whole().session().watch(watching);
    if (prompted(0).alone() != null) prompted(0).alone().session().watch(watching);
    return Optional.of(watching);
  }

  private Guidance(Guidance whole, View view) {
    model = whole.model;
    steps = whole.steps;
    join = new GuidanceJoin(model.kernels(), steps, whole.run);
    isGuided = whole.isGuided;
    parts = whole.parts;
    regions = whole.regions.of(view);
    prompted = new HashMap<>();
    for (String text : regions.texts()) prompted.put(text, whole.prompted.get(text).of(view));
    run = whole.run;
    makeShares(view.height(), view.width());
    factor = whole.factor;
    wish = whole.wish.of(view.times(factor));
    probe = watching();
  }

  private void makeShares(int height, int width) {
    for (int i = 0; !regions.isOne() && i < regions.texts().size(); i++) {
      shares.add(run.create(regions.shares(i), new Shape(1, 1, height, width)));
    }
  }

  /** Returns the predictions for a part of the latents, as if they were the whole. */
  Guidance of(View view) {
    return new Guidance(this, view);
  }

  @Override
  public NDArray predict(NDArray input, Evaluation evaluation) {
    boolean isStepGuided = isGuided && steps.isGuided(evaluation.step());
    int batch = Math.toIntExact(input.getShape().get(0));
    probe.ifPresent(watching -> watching.begin(input, isStepGuided ? (parts - 1) * batch : 0));
    return isStepGuided ? guided(input, evaluation) : alone(input, evaluation);
  }

  private NDArray alone(NDArray input, Evaluation evaluation) {
    halves = Optional.empty();
    Prompted first = prompted(0);
    SteeredDenoiser denoiser = isGuided ? first.alone() : first.whole();
    NDArray only = shared(denoiser.predict(input, evaluation), input, evaluation);
    return join.alone(only, evaluation.step());
  }

  private NDArray guided(NDArray input, Evaluation evaluation) {
    try (NDArray batch = repeated(input)) {
      NDArray all = prompted(0).whole().predict(batch, evaluation);
      int b = Math.toIntExact(input.getShape().get(0));
      NDArray both = parts == 2 ? all : all.get(new NDIndex("{}:", b));
      halves = Optional.of(halves(both));
      if (!regions.isOne()) {
        NDArray sum = shared(halves.get().conditional(), input, evaluation);
        NDArray without = halves.get().unconditional().orElseThrow();
        both = without.concat(sum);
        halves = Optional.of(new Evaluated.Halves(sum, Optional.of(without)));
      }
      return parts == 2
          ? join.join(input.getManager(), both, evaluation.step())
          : join.join(input.getManager(), all.get(new NDIndex(":{}", b)), both, evaluation.step());
    }
  }

  private NDArray repeated(NDArray input) {
    return NDArrays.concat(new NDList(Collections.nCopies(parts, input)));
  }

  /** Returns {@code Σ w_r c_r}, the first c being known; of one prompt this is c itself. */
  private NDArray shared(NDArray first, NDArray input, Evaluation evaluation) {
    if (regions.isOne()) return first;
    NDArray sum = first.mul(shares.get(0));
    for (int i = 1; i < shares.size(); i++) {
      try (NDArray next = prompted(i).alone().predict(input, evaluation);
          NDArray part = next.mul(shares.get(i))) {
        sum.addi(part);
      }
    }
    return sum;
  }

  private Prompted prompted(int index) {
    return prompted.get(regions.texts().get(index));
  }

  private static Evaluated.Halves halves(NDArray both) {
    long b = both.getShape().get(0) / 2;
    NDArray without = both.get(new NDIndex("{}:{}", 0, b));
    return new Evaluated.Halves(both.get(new NDIndex("{}:{}", b, 2 * b)), Optional.of(without));
  }

  @Override
  public Optional<Evaluated.Halves> halves() {
    return halves;
  }

  @Override
  public Evaluated.Attention attention() {
    return probe
        .map(seen -> new Evaluated.Attention(seen.words(), seen.point()))
        .orElse(Evaluated.Attention.NONE);
  }
}
