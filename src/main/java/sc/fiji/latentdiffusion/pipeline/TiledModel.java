package sc.fiji.latentdiffusion.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntConsumer;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.views.View;

/**
 * Evaluates a network view by view, in the memory of a view. Its output is the mean of the views'
 * outputs over each pixel (Bar-Tal et al. 2023, arXiv:2302.08113, equation 5). The sampler takes
 * its step once, with the whole latents, and knows no views.
 *
 * <p>For a scheduler that draws no noise this is the same as a step in each view and the mean of
 * the steps, as in diffusers' panorama pipeline: a step is linear in the output. For one that draws
 * noise it is not: the mean of k views' draws has a k-th of the variance, where one draw for the
 * whole latents has all of it. If four views overlap everywhere and the network knows the data, the
 * noise half way through 20 steps has, of the variance that the schedule says, 0.26 with {@code
 * ddpm}, 0.26 with {@code euler_a} and 0.25 with {@code dpmpp_2m_sde_k}; with one draw, 1.00 with
 * each. A network takes the missing noise for a smooth picture, and details get lost.
 */
final class TiledModel implements Sampler.Model {

  private final List<View> views;
  private final List<Sampler.Model> models = new ArrayList<>();
  private final NDArray counts;
  private final IntConsumer listener;
  private Optional<Evaluated.Halves> halves = Optional.empty();
  private Evaluated.Attention attention = Evaluated.Attention.NONE;

  /**
   * @param views that cover the latents
   * @param model gives the network of a view
   * @param latents any of the run's, {@code [b, c, h, w]}
   * @param run owns what lasts as long as the run
   * @param listener is told after each view how many of the evaluation's views are done; what it
   *     throws ends the evaluation
   */
  TiledModel(
      List<View> views,
      Function<View, ? extends Sampler.Model> model,
      NDArray latents,
      NDManager run,
      IntConsumer listener) {
    this.views = views;
    this.listener = listener;
    for (View view : views) models.add(model.apply(view));
    counts = counts(latents.getShape(), run);
  }

  /** The number of views over each pixel. */
  private NDArray counts(Shape latents, NDManager run) {
    NDArray counts = run.zeros(new Shape(1, 1, latents.get(2), latents.get(3)));
    for (View view : views) {
      try (NDArray ones = run.ones(new Shape(1, 1, view.height(), view.width()))) {
        view.add(ones, counts);
      }
    }
    return counts;
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
        view.add(model.predict(view.of(input, local), evaluation), sum);
        beside.add(view, model);
      }
      listener.accept(i + 1);
    }
    halves = beside.halves();
    attention = beside.attention();
    return sum.divi(counts);
  }

  @Override
  public Optional<Evaluated.Halves> halves() {
    return halves;
  }

  @Override
  public Evaluated.Attention attention() {
    return attention;
  }

  /** The means over views of what models say beside their outputs, as far as they do. */
  private final class Means {

    private final NDArray input;
    private NDArray conditional;
    private NDArray unconditional;
    private NDArray words;
    private NDArray point;
    private NDArray pointCounts;

    Means(NDArray input) {
      this.input = input;
    }

    void add(View view, Sampler.Model model) {
      model
          .halves()
          .ifPresent(
              seen -> {
                conditional = plus(conditional, seen.conditional(), view);
                seen.unconditional()
                    .ifPresent(half -> unconditional = plus(unconditional, half, view));
              });
      model.attention().words().ifPresent(seen -> words = plus(words, seen, view));
      model
          .attention()
          .point()
          .ifPresent(
              seen -> {
                point = plus(point, seen, view);
                pointCounts = plus(pointCounts, seen.onesLike(), view);
              });
    }

    private NDArray plus(NDArray sum, NDArray part, View view) {
      Shape whole = input.getShape();
      Shape shape = new Shape(whole.get(0), part.getShape().get(1), whole.get(2), whole.get(3));
      NDArray all = sum == null ? input.getManager().zeros(shape) : sum;
      view.add(part, all);
      return all;
    }

    Optional<Evaluated.Halves> halves() {
      if (conditional == null) return Optional.empty();
      Optional<NDArray> rest = Optional.ofNullable(unconditional).map(sum -> sum.divi(counts));
      return Optional.of(new Evaluated.Halves(conditional.divi(counts), rest));
    }

    /** The point's is the mean of the views that hold it, and 0 elsewhere. */
    Evaluated.Attention attention() {
      return new Evaluated.Attention(
          Optional.ofNullable(words).map(sum -> sum.divi(counts)),
          Optional.ofNullable(point).map(sum -> sum.divi(pointCounts.maximum(1))));
    }
  }
}
