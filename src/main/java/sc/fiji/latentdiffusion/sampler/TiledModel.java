/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.sampler;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntConsumer;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.views.Ramp;
import sc.fiji.latentdiffusion.views.View;

/**
 * Evaluates a network view by view, in the memory of a view. Its output is the mean of the views'
 * outputs over each pixel (Bar-Tal et al. 2023, arXiv:2302.08113, equation 5). The sampler takes
 * its step once, with the whole latents, and knows no views.
 *
 * <p>Where views fade into one another the mean has weights, {@code Σ w_i out_i / Σ w_i}, which
 * fall towards the borders of each view ({@link Ramp}); else all are 1. A view that does not see
 * its neighbours predicts another level, so with weights of 1 the picture has a step where a view
 * ends. Of three 16-bit pictures of 512 × 512 drawn nuclei (built-in model, tiles of 128 pixels
 * that share 64, strength 0.6 of 10 steps, one seed each) the mean absolute difference of
 * neighbouring pixels across borders of views was, in relation to elsewhere, 1.20 with weights of
 * 1, 1.03 with those of the ramp, and 1.06 at the same places of a run without views.
 *
 * <p>For a scheduler that draws no noise this is the same as a step in each view and the mean of
 * the steps, as in diffusers' panorama pipeline: a step is linear in the output. For one that draws
 * noise it is not: the mean of k views' draws has a k-th of the variance, where one draw for the
 * whole latents has all of it. If four views overlap everywhere and the network knows the data, the
 * noise half way through 20 steps has, of the variance that the schedule says, 0.26 with {@code
 * ddpm}, 0.26 with {@code euler_a} and 0.25 with {@code dpmpp_2m_sde_k}; with one draw, 1.00 with
 * each. A network takes the missing noise for a smooth picture, and details get lost. Weights
 * change nothing of this: the one draw is not weighted.
 */
public final class TiledModel implements Sampler.Model {

  private final List<View> views;
  private final List<Sampler.Model> models = new ArrayList<>();
  private final List<NDArray> weights = new ArrayList<>();
  private final NDArray total;
  private final IntConsumer listener;
  private Optional<Evaluated.Halves> halves = Optional.empty();
  private Evaluated.Attention attention = Evaluated.Attention.NONE;

  /**
   * @param views that cover the latents
   * @param ramp of the weights of each view; empty if all weights are 1
   * @param model gives the network of a view
   * @param latents any of the run's, {@code [b, c, h, w]}
   * @param run owns what lasts as long as the run
   * @param listener is told after each view how many of the evaluation's views are done; what it
   *     throws ends the evaluation
   */
  public TiledModel(
      List<View> views,
      Optional<Ramp> ramp,
      Function<View, ? extends Sampler.Model> model,
      NDArray latents,
      NDManager run,
      IntConsumer listener) {
    this.views = views;
    this.listener = listener;
    int height = Math.toIntExact(latents.getShape().get(2));
    int width = Math.toIntExact(latents.getShape().get(3));
    total = run.zeros(new Shape(1, 1, height, width));
    for (View view : views) {
      models.add(model.apply(view));
      Shape shape = new Shape(1, 1, view.height(), view.width());
      weights.add(
          ramp.map(of -> run.create(of.weights(view, height, width), shape))
              .orElseGet(() -> run.ones(shape)));
      view.add(weights.get(weights.size() - 1), total);
    }
  }

  @Override
  public NDArray predict(NDArray input, Evaluation evaluation) {
    NDManager owner = input.getManager();
    NDArray sum = input.zerosLike();
    Means beside = new Means(input);
    for (int i = 0; i < views.size(); i++) {
      View view = views.get(i);
      Sampler.Model model = models.get(i);
      try (NDManager local = owner.newSubManager()) {
        NDArray output = model.predict(view.of(input, local), evaluation);
        view.add(output.mul(weights.get(i)), sum);
        beside.add(view, weights.get(i), model);
      }
      listener.accept(i + 1);
    }
    halves = beside.halves();
    attention = beside.attention();
    return sum.divi(total);
  }

  @Override
  public Optional<Evaluated.Halves> halves() {
    return halves;
  }

  @Override
  public Evaluated.Attention attention() {
    return attention;
  }

  /** The weighted means over views of what models say beside their outputs, as far as they do. */
  private final class Means {

    private final NDArray input;
    private NDArray conditional;
    private NDArray unconditional;
    private NDArray words;
    private NDArray point;
    private NDArray pointTotal;

    Means(NDArray input) {
      this.input = input;
    }

    void add(View view, NDArray weight, Sampler.Model model) {
      model
          .halves()
          .ifPresent(
              seen -> {
                conditional = plus(conditional, seen.conditional(), weight, view);
                seen.unconditional()
                    .ifPresent(half -> unconditional = plus(unconditional, half, weight, view));
              });
      Evaluated.Attention seen = model.attention();
      seen.words().ifPresent(part -> words = plus(words, part, weight, view));
      seen.point()
          .ifPresent(
              part -> {
                point = plus(point, part, weight, view);
                pointTotal = plus(pointTotal, part.onesLike(), weight, view);
              });
    }

    private NDArray plus(NDArray sum, NDArray part, NDArray weight, View view) {
      Shape whole = input.getShape();
      Shape shape = new Shape(whole.get(0), part.getShape().get(1), whole.get(2), whole.get(3));
      NDArray all = sum == null ? input.getManager().zeros(shape) : sum;
      try (NDArray weighted = part.mul(weight)) {
        view.add(weighted, all);
      }
      return all;
    }

    Optional<Evaluated.Halves> halves() {
      if (conditional == null) return Optional.empty();
      Optional<NDArray> rest = Optional.ofNullable(unconditional).map(sum -> sum.divi(total));
      return Optional.of(new Evaluated.Halves(conditional.divi(total), rest));
    }

    /** The point's is the mean of the views that hold it, and 0 elsewhere. */
    Evaluated.Attention attention() {
      return new Evaluated.Attention(
          Optional.ofNullable(words).map(sum -> sum.divi(total)),
          Optional.ofNullable(point).map(sum -> sum.divi(pointTotal.maximum(Float.MIN_NORMAL))));
    }
  }
}
