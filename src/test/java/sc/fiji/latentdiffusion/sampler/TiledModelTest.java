/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.sampler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.random.NoiseBatch;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.ExactDenoisers;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Prediction;
import sc.fiji.latentdiffusion.schedulers.Runner;
import sc.fiji.latentdiffusion.schedulers.named.Schedulers;
import sc.fiji.latentdiffusion.schedulers.noise.BetaSchedule;
import sc.fiji.latentdiffusion.settings.Config;
import sc.fiji.latentdiffusion.views.Tiling;
import sc.fiji.latentdiffusion.views.View;

/** The mean of views, without a network: that of any pixelwise one is its output for the whole. */
class TiledModelTest {

  private static final int SIDE = 48;
  private static final int HALF = 10;
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
    return new TiledModel(views, tiling.ramp(1), view -> model, latents, manager, done -> {});
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theMeanOfViewsOfAPixelwiseNetworkIsItsOutputForTheWhole(boolean fade) {
    NDArray x = manager.create(NoiseBatch.of(1).randn(2 * 3 * 11 * 7), new Shape(2, 3, 11, 7));
    Tiling tiling = new Tiling(4, 1, fade);
    NDArray found = tiled(x, tiling, (input, row) -> input.tanh()).predict(x, null);
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

  /** Shares of the second view by the formula in {@code Ramp}, at ¼ and ¾ of the overlap. */
  @Test
  void viewsThatFadeCountLessTowardsTheirBorders() {
    float[] numbers = {0};
    NDArray x = manager.zeros(new Shape(1, 1, 2, 6));
    Sampler.Model numbered = (input, row) -> input.onesLike().mul(++numbers[0]);
    NDArray found = tiled(x, new Tiling(4, 2, true), numbered).predict(x, null);
    float quarter = (float) Math.pow(Math.sin(Math.PI / 8), 2);
    float[] row = {1, 1, 1 + quarter, 2 - quarter, 2, 2};
    assertArrayEquals(row, Arrays.copyOf(found.toFloatArray(), 6), 1e-6f);
  }

  /**
   * Of a network that adds another number to each view, as group norms do: the mean step across
   * borders of views in relation to elsewhere.
   */
  @Test
  void bordersOfViewsThatFadeDoNotShow() {
    double alike = seam(new Tiling(16, 8));
    assertTrue(alike > 1.2, "all alike: " + alike);
    assertEquals(1, seam(new Tiling(16, 8, true)), 0.05);
  }

  private double seam(Tiling tiling) {
    int rows = 32 * SIDE;
    float[] noise = NoiseBatch.of(4).randn(rows * SIDE);
    NDArray x = manager.create(noise, new Shape(1, 32, SIDE, SIDE));
    NoiseBatch levels = NoiseBatch.of(5);
    Sampler.Model shifting = (input, row) -> input.add(1.5f * levels.randn(16)[0]);
    NDArray seen = tiled(x, tiling, shifting).predict(x, null);
    NDArray across = seen.get(":, :, :, 1:").sub(seen.get(":, :, :, :-1")).abs();
    float[] steps = across.reshape(rows, SIDE - 1).mean(new int[] {0}).toFloatArray();
    double[] sums = new double[2];
    int[] counts = new int[2];
    for (int i = 0; i < steps.length; i++) {
      int border = (i + 1) % 8 == 0 ? 1 : 0;
      sums[border] += steps[i];
      counts[border]++;
    }
    return sums[1] / counts[1] / (sums[0] / counts[0]);
  }

  /**
   * The noise in the samples has the variance that the schedule says, under any number of views.
   */
  @ParameterizedTest
  @CsvSource({
    "ddpm, false",
    "euler_a, false",
    "dpmpp_2m_sde_k, false",
    "dpmpp_sde, false",
    "ddpm, true",
    "euler_a, true",
    "dpmpp_2m_sde_k, true"
  })
  void oneDrawForTheWholeKeepsTheVarianceOfTheSchedule(String scheduler, boolean fade) {
    Shape shape = new Shape(1, 4, SIDE, SIDE);
    NoiseBatch noise = NoiseBatch.of(3);
    Plan plan = plan(scheduler);
    NDArray drawn = manager.create(noise.randn((int) shape.size()), shape);
    NDArray start = drawn.mul((float) plan.noiseWeight());
    Tiling tiling = new Tiling(16, 8, fade);
    TiledModel model = tiled(start, tiling, TiledModelTest::noise);
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
            Optional.empty(),
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
