package sc.fiji.latentdiffusion.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.plugins.Schedulers;
import sc.fiji.latentdiffusion.random.NoiseBatch;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.ExactDenoisers;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Prediction;
import sc.fiji.latentdiffusion.schedulers.Runner;
import sc.fiji.latentdiffusion.schedulers.noise.BetaSchedule;
import sc.fiji.latentdiffusion.settings.Config;
import sc.fiji.latentdiffusion.views.Tiling;
import sc.fiji.latentdiffusion.views.View;

/** The mean of views, without a network: that of any pixelwise one is its output for the whole. */
class TiledModelTest {

  private static final int SIDE = 48;
  private static final int HALF = 10;
  private static final Tiling TILING = new Tiling(16, 8);
  private static final Map<String, Object> SD =
      Map.of("beta_schedule", "scaled_linear", "beta_start", 0.00085, "beta_end", 0.012);

  @PyTorch private static Kernels kernels;

  @PyTorch private NDManager manager;

  private static Plan plan(String scheduler) {
    return Schedulers.get(scheduler).plan(BetaSchedule.of(Config.of(SD, "test")), 2 * HALF, 1);
  }

  /** The noise in x where all data are 0. */
  private static NDArray noise(NDArray input, Evaluation evaluation) {
    return input.div((float) (evaluation.level().sigma() * evaluation.inputScale()));
  }

  private TiledModel tiled(NDArray latents, Tiling tiling, Sampler.Model model) {
    Shape shape = latents.getShape();
    List<View> views = tiling.views((int) shape.get(2), (int) shape.get(3), 1);
    return new TiledModel(views, view -> model, latents, manager, done -> {});
  }

  @Test
  void theMeanOfViewsOfAPixelwiseNetworkIsItsOutputForTheWhole() {
    NDArray x = manager.create(NoiseBatch.of(1).randn(2 * 3 * 11 * 7), new Shape(2, 3, 11, 7));
    NDArray found = tiled(x, new Tiling(4, 1), (input, row) -> input.tanh()).predict(x, null);
    assertArrayEquals(x.tanh().toFloatArray(), found.toFloatArray(), 1e-6f);
  }

  @Test
  void everyViewCountsOnceOverEachOfItsPixels() {
    float[] numbers = {0};
    NDArray x = manager.zeros(new Shape(1, 1, 2, 7));
    Sampler.Model numbered = (input, row) -> input.onesLike().mul(++numbers[0]);
    NDArray found = tiled(x, new Tiling(4, 2), numbered).predict(x, null);
    float[] row = {1, 1, 1.5f, 2, 2.5f, 2.5f, 3};
    assertArrayEquals(row, Arrays.copyOf(found.toFloatArray(), 7), 1e-6f);
  }

  /**
   * The noise in the samples has the variance that the schedule says, under any number of views.
   */
  @ParameterizedTest
  @ValueSource(strings = {"ddpm", "euler_a", "dpmpp_2m_sde_k", "dpmpp_sde"})
  void oneDrawForTheWholeKeepsTheVarianceOfTheSchedule(String scheduler) {
    Shape shape = new Shape(1, 4, SIDE, SIDE);
    NoiseBatch noise = NoiseBatch.of(3);
    Plan plan = plan(scheduler);
    NDArray drawn = manager.create(noise.randn((int) shape.size()), shape);
    NDArray start = drawn.mul((float) plan.noiseWeight());
    TiledModel model = tiled(start, TILING, TiledModelTest::noise);
    try (Sampler sampler = new Sampler(plan, start, noise, kernels, model)) {
      Evaluated half = sampler.next();
      while (half.evaluation().index() < HALF) half = sampler.next();
      double sigma = half.evaluation().level().sigma();
      NDArray variance = half.sample().square().div((float) (sigma * sigma));
      double error = Math.sqrt(2.0 / shape.size());
      assertEquals(1, variance.mean().getFloat(), 4.5 * error, scheduler);
      double inner = variance.get(":, :, 8:40, 8:40").mean().getFloat(); // under four views
      assertEquals(1, inner, 4.5 * error * SIDE / 32, scheduler);
    }
  }

  /** The numbers in the javadoc of {@link TiledModel}. */
  @ParameterizedTest
  @CsvSource({"ddpm, 0.26", "euler_a, 0.26", "dpmpp_2m_sde_k, 0.25"})
  void theMeanOfFourDrawsWouldLoseVariance(String scheduler, double left) {
    assertEquals(1, variance(plan(scheduler), 1), 0.01, scheduler);
    assertEquals(left, variance(plan(scheduler), 0.25), 0.005, scheduler);
  }

  /**
   * Returns the variance of the noise in the sample half way through a plan, in units of the
   * schedule's, where all data are 0. A sample is a sum of the first noise and of all draws, each
   * with a factor that a run with this one alone gives.
   *
   * @param ofDraw the variance of each draw
   */
  private static double variance(Plan plan, double ofDraw) {
    List<Evaluation> rows = plan.evaluations().subList(0, HALF);
    Plan part = new Plan(0, plan.noiseWeight(), rows);
    double variance = square(sample(part, 1, -1));
    for (Evaluation row : rows) variance += ofDraw * square(sample(part, 0, row.index()));
    return variance / square(plan.evaluations().get(HALF).level().sigma());
  }

  private static double sample(Plan part, double first, int draw) {
    return Runner.run(
        part,
        0,
        first,
        (input, row) -> ExactDenoisers.ofData(0, input, row, Prediction.EPSILON),
        row -> row.index() == draw ? 1 : 0);
  }

  private static double square(double x) {
    return x * x;
  }

  @Test
  void aListenerThatThrowsEndsTheEvaluationBetweenViews() {
    NDArray x = manager.zeros(new Shape(1, 4, 8, 8));
    List<Integer> done = new ArrayList<>();
    TiledModel model =
        new TiledModel(
            new Tiling(4, 0).views(8, 8, 1),
            view -> (input, row) -> input.onesLike(),
            x,
            manager,
            views -> {
              done.add(views);
              if (views == 2) throw new CancellationException("enough");
            });
    assertThrows(CancellationException.class, () -> model.predict(x, null));
    assertEquals(List.of(1, 2), done);
  }
}
