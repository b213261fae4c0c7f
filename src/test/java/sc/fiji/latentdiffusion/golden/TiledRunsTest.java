/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.pipeline.Start;
import sc.fiji.latentdiffusion.pipeline.StepRange;
import sc.fiji.latentdiffusion.sampler.Evaluated;
import sc.fiji.latentdiffusion.sampler.KnownLatents;
import sc.fiji.latentdiffusion.views.Tiling;
import sc.fiji.latentdiffusion.views.View;

/** Compares runs in views with diffusers' panorama pipeline, and with runs of each view alone. */
class TiledRunsTest {

  @TempDir Path temp;

  private static Path model(String name) {
    return Golden.root().resolve(name);
  }

  /** {@code src/test/python/panorama.py} makes the goldens. */
  @ParameterizedTest
  @CsvSource({
    "ddim, even, 128, 96, 6",
    "euler, even, 128, 96, 6",
    "heun, even, 128, 96, 6",
    "dpmpp_2m_k, even, 128, 96, 6",
    "unipc, even, 128, 96, 6",
    "ddim, uneven, 104, 88, 6",
    "ddim, faded, 104, 88, 6",
    "dpmpp_2m_k, faded, 104, 88, 6"
  })
  void runsInViewsAgreeWithDiffusers(
      String scheduler, String kind, int width, int height, int views) throws IOException {
    Golden golden = Golden.read(Golden.root().resolve("panorama.safetensors"));
    Tiling tiling = new Tiling(64, 32, kind.equals("faded"));
    Request request = GoldenRuns.guided(scheduler).withSize(width, height).withTiling(tiling);
    try (LatentDiffusion model = GoldenRuns.load(model("models/sd1"));
        Run run = model.textToImage(request)) {
      assertEquals(views, run.views().size());
      run.forEach(evaluated -> {});
      golden.assertNear(scheduler + "." + kind + ".latents", 1, run.latents(), 1e-3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dpmpp_2m_k", "euler_a"})
  void oneTileOfTheWholeChangesNoBit(String scheduler) throws IOException {
    Request request = GoldenRuns.guided(scheduler).withSize(96, 64);
    try (LatentDiffusion model = GoldenRuns.load(model("models/sd1"));
        Run whole = model.textToImage(request);
        Run tiled = model.textToImage(request.withTiling(new Tiling(96, -1)))) {
      assertEquals(1, tiled.views().size());
      assertArrayEquals(finish(whole), finish(tiled));
    }
  }

  private static float[] finish(Run run) {
    run.forEach(evaluated -> {});
    return run.latents().toFloatArray();
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 3})
  void anEvaluationIsTheMeanOfItsViewsAlone(double guidance) throws IOException {
    Request request = GoldenRuns.guided("ddim").withSize(26, 16).withGuidance(guidance);
    try (LatentDiffusion model = GoldenRuns.load(model("models/micro-fp16"))) {
      prove(model, request, new Start.FromNoise(), Optional.empty());
    }
  }

  /** The sizes that it is told are the view's, and the crop is at 0, 0. */
  @Test
  void soItIsWithStableDiffusionXL() throws IOException {
    Request request = GoldenRuns.guided("euler").withSize(26, 16);
    try (LatentDiffusion model = GoldenRuns.load(model("xl/base.safetensors"))) {
      prove(model, request, new Start.FromNoise(), Optional.empty());
    }
  }

  /** Each view of the image is seen by the ControlNet as an image of its own. */
  @Test
  void soItIsUnderAControlNet() throws IOException {
    Golden golden = Golden.read(model("control/golden.safetensors"));
    Request request = GoldenRuns.guided("euler").withSize(24, 16);
    try (LatentDiffusion model = GoldenRuns.load(model("models/micro-fp16"));
        NDManager manager = model.manager().newSubManager()) {
      NDArray image = golden.array("image.wide", manager);
      prove(model, request, new Start.FromNoise(), Optional.of(image));
    }
  }

  @Test
  void soItIsWithAModelForInpainting() throws IOException {
    ModelCopies.into(temp, model("models/micro-fp16"), model("inpaint"));
    Golden golden = Golden.read(model("inpaint/golden/runs.safetensors"));
    try (LatentDiffusion model = GoldenRuns.load(temp);
        NDManager manager = model.manager().newSubManager()) {
      NDArray picture = golden.array("picture", manager);
      Start start = new Start.FromPicture(picture, Optional.of(golden.array("mask", manager)));
      prove(model, GoldenRuns.guided("ddim"), start, Optional.empty());
    }
  }

  /** Compares the first noise that a run in views predicts with the mean of the views'. */
  private static void prove(
      LatentDiffusion model, Request request, Start start, Optional<NDArray> control)
      throws IOException {
    int factor = model.factor();
    Tiling tiling = new Tiling(4 * factor, 2 * factor);
    try (NDManager manager = model.manager().newSubManager();
        Run tiled =
            model.run(
                request.withTiling(tiling), start, GoldenRuns.steered(model, control, manager))) {
      Evaluated first = tiled.iterator().next();
      Optional<KnownLatents> known = tiled.known(0);
      Mean mean = new Mean(first.sample());
      for (View view : tiled.views()) {
        NDArray x = view.of(first.sample(), manager);
        Optional<KnownLatents> part = known.map(all -> part(all, view, manager));
        Start alone = new Start.FromLatents(x, new StepRange(0, 1, false), part);
        Optional<NDArray> image = control.map(all -> view.times(factor).of(all, manager));
        try (Run run = model.run(request, alone, GoldenRuns.steered(model, image, manager))) {
          mean.add(view, run.iterator().next().noise().toFloatArray());
        }
      }
      assertArrayEquals(mean.values(), first.noise().toFloatArray(), 1e-5f);
    }
  }

  private static KnownLatents part(KnownLatents whole, View view, NDManager manager) {
    return new KnownLatents(
        view.of(whole.mask(), manager),
        view.of(whole.known(), manager),
        whole.rng(),
        whole.seed(),
        whole.variation(),
        whole.firstTimestep(),
        whole.inpaints());
  }

  /** The mean of views in plain loops. */
  private static final class Mean {

    private final int height;
    private final int width;
    private final double[] sums;
    private final int[] counts;

    Mean(NDArray latents) {
      height = (int) latents.getShape().get(2);
      width = (int) latents.getShape().get(3);
      sums = new double[(int) latents.size()];
      counts = new int[sums.length];
    }

    void add(View view, float[] values) {
      for (int i = 0; i < values.length; i++) {
        int x = i % view.width() + view.left();
        int y = i / view.width() % view.height() + view.top();
        int channel = i / view.width() / view.height();
        int at = (channel * height + y) * width + x;
        sums[at] += values[i];
        counts[at]++;
      }
    }

    float[] values() {
      float[] values = new float[sums.length];
      for (int i = 0; i < values.length; i++) values[i] = (float) (sums[i] / counts[i]);
      return values;
    }
  }
}
