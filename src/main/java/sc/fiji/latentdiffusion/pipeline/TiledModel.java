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
    NDArray conditional = input.zerosLike();
    NDArray unconditional = input.zerosLike();
    for (int i = 0; i < views.size(); i++) {
      View view = views.get(i);
      Sampler.Model model = models.get(i);
      try (NDManager local = owner.newSubManager()) {
        view.add(model.predict(view.of(input, local), evaluation), sum);
        halves = model.halves();
        halves.ifPresent(seen -> view.add(seen.conditional(), conditional));
        halves
            .flatMap(Evaluated.Halves::unconditional)
            .ifPresent(seen -> view.add(seen, unconditional));
      }
      listener.accept(i + 1);
    }
    halves =
        halves.map(
            seen ->
                new Evaluated.Halves(
                    conditional.divi(counts),
                    seen.unconditional().map(half -> unconditional.divi(counts))));
    return sum.divi(counts);
  }

  @Override
  public Optional<Evaluated.Halves> halves() {
    return halves;
  }
}
