/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.addons.Entry;
import sc.fiji.latentdiffusion.addons.LoadedAddOns;
import sc.fiji.latentdiffusion.addons.controlnet.ControlNetFile;
import sc.fiji.latentdiffusion.addons.controlnet.ControlNets;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.models.prompts.RegionPrompts;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.pipeline.Start;
import sc.fiji.latentdiffusion.sampler.Evaluated;
import sc.fiji.latentdiffusion.views.Tiling;

/** Prompts for regions, compared with ten lines of Python and with runs of each prompt alone. */
class RegionalRunsTest {

  private static final List<String> TEXTS = List.of("red nuclei", "a dark background");

  @TempDir Path temp;

  private static Path model(String name) {
    return Golden.root().resolve(name);
  }

  private static Golden golden() throws IOException {
    return Golden.read(model("regions.safetensors"));
  }

  /** The regions of the golden. */
  private static List<RegionPrompts.Region> regions() throws IOException {
    float[] covered = golden().floats("covered");
    int half = covered.length / 2;
    return List.of(
        new RegionPrompts.Region(TEXTS.get(0), Arrays.copyOf(covered, half)),
        new RegionPrompts.Region(TEXTS.get(1), Arrays.copyOfRange(covered, half, 2 * half)));
  }

  private static Start start(NDManager manager, List<RegionPrompts.Region> regions) {
    NDArray picture = manager.zeros(new Shape(1, 3, 64, 96));
    return new Start.FromPicture(picture, Optional.empty(), regions);
  }

  private static float[] finish(Run run) {
    run.forEach(evaluated -> {});
    return run.latents().toFloatArray();
  }

  /** {@code src/test/python/regions.py} makes the goldens. */
  @ParameterizedTest
  @CsvSource({"ddim, 0", "euler, 0", "dpmpp_2m_k, 0", "ddim, 64"})
  void runsAgreeWithTenLinesOfPython(String scheduler, int tile) throws IOException {
    Request request = GoldenRuns.guided(scheduler).withTiling(new Tiling(tile, -1));
    String name = scheduler + (tile == 0 ? "" : ".views") + ".latents";
    try (LatentDiffusion model = GoldenRuns.load(model("models/sd1"));
        NDManager manager = model.manager().newSubManager();
        Run run = model.run(request, start(manager, regions()))) {
      assertEquals(tile == 0 ? 1 : 2, run.views().size());
      float[] found = finish(run);
      golden().assertNear(name, golden().floats(name), 1, found, 1e-3);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 3})
  void oneRegionOfEverythingIsThePlainRunToTheBit(double guidance) throws IOException {
    Request request = GoldenRuns.guided("dpmpp_2m_k").withGuidance(guidance);
    float[] all = new float[8 * 12];
    Arrays.fill(all, 1);
    try (LatentDiffusion model = GoldenRuns.load(model("models/sd1"));
        NDManager manager = model.manager().newSubManager();
        Run plain =
            model.run(
                request.withPrompt("a cell", GoldenRuns.NEGATIVE), start(manager, List.of()));
        Run regional =
            model.run(request, start(manager, List.of(new RegionPrompts.Region("a cell", all))))) {
      assertArrayEquals(finish(plain), finish(regional));
    }
  }

  @Test
  void regionsOfOnePromptAreThePlainRunToTheBit() throws IOException {
    List<RegionPrompts.Region> same =
        regions().stream()
            .map(region -> new RegionPrompts.Region(GoldenRuns.PROMPT, region.covered()))
            .toList();
    try (LatentDiffusion model = GoldenRuns.load(model("models/sd1"));
        NDManager manager = model.manager().newSubManager();
        Run plain = model.run(GoldenRuns.guided("ddim"), start(manager, List.of()));
        Run regional = model.run(GoldenRuns.guided("ddim"), start(manager, same))) {
      assertArrayEquals(finish(plain), finish(regional));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 3})
  void anEvaluationIsTheMeanOfThePromptsAlone(double guidance) throws IOException {
    try (LatentDiffusion model = GoldenRuns.load(model("models/micro-fp16"))) {
      Request request = GoldenRuns.guided("ddim").withGuidance(guidance);
      prove(model, request, 16, 24, Optional.empty(), Optional.empty());
    }
  }

  @Test
  void soItIsWithStableDiffusionXL() throws IOException {
    try (LatentDiffusion model = GoldenRuns.load(model("xl/base.safetensors"))) {
      prove(model, GoldenRuns.guided("euler"), 16, 24, Optional.empty(), Optional.empty());
    }
  }

  @Test
  void soItIsUnderAControlNetThatSeesEachPrompt() throws IOException {
    Golden control = Golden.read(model("control/golden.safetensors"));
    try (LatentDiffusion model = GoldenRuns.load(model("models/micro-fp16"));
        NDManager manager = model.manager().newSubManager()) {
      NDArray image = control.array("image.wide", manager);
      prove(model, GoldenRuns.guided("euler"), 16, 24, Optional.of(image), Optional.empty());
    }
  }

  @Test
  void soItIsWithAModelForInpainting() throws IOException {
    ModelCopies.into(temp, model("models/micro-fp16"), model("inpaint"));
    try (LatentDiffusion model = GoldenRuns.load(temp);
        NDManager manager = model.manager().newSubManager()) {
      float[] part = new float[8 * 12];
      Arrays.fill(part, 20, 70, 1);
      NDArray mask = manager.create(part, new Shape(1, 1, 8, 12));
      prove(model, GoldenRuns.guided("ddim"), 16, 24, Optional.empty(), Optional.of(mask));
    }
  }

  /** Compares the first evaluation with the sum, in plain loops, of those of each prompt. */
  private static void prove(
      LatentDiffusion model,
      Request request,
      int height,
      int width,
      Optional<NDArray> control,
      Optional<NDArray> mask)
      throws IOException {
    int cells = height * width / model.factor() / model.factor();
    float[] left = new float[cells];
    float[] right = new float[cells];
    for (int i = 0; i < cells; i++) {
      left[i] = i % 5 < 3 ? 1 : 0.25f;
      right[i] = i % 7 / 6f;
    }
    try (NDManager manager = model.manager().newSubManager()) {
      NDArray picture = manager.ones(new Shape(1, 3, height, width)).mul(0.3f);
      List<RegionPrompts.Region> regions =
          List.of(
              new RegionPrompts.Region(TEXTS.get(0), left),
              new RegionPrompts.Region(TEXTS.get(1), right));
      Start regional = new Start.FromPicture(picture, mask, regions);
      Start plain = new Start.FromPicture(picture, mask);
      float[] whole = first(model, request, plain, control, manager);
      float[] one =
          first(
              model,
              request.withPrompt(TEXTS.get(0), GoldenRuns.NEGATIVE),
              plain,
              control,
              manager);
      float[] two =
          first(
              model,
              request.withPrompt(TEXTS.get(1), GoldenRuns.NEGATIVE),
              plain,
              control,
              manager);
      float[] expected = new float[whole.length];
      for (int i = 0; i < expected.length; i++) {
        int cell = i % cells;
        double rest = Math.max(0, 1 - left[cell] - right[cell]);
        double sum = rest + left[cell] + right[cell];
        expected[i] =
            (float) ((rest * whole[i] + left[cell] * one[i] + right[cell] * two[i]) / sum);
      }
      assertArrayEquals(expected, first(model, request, regional, control, manager), 1e-5f);
    }
  }

  /** Returns the noise that a run predicts first, before its sample depends on the prompt. */
  private static float[] first(
      LatentDiffusion model,
      Request request,
      Start start,
      Optional<NDArray> control,
      NDManager manager)
      throws IOException {
    try (Run run = model.run(request, start, added(model, control, manager))) {
      Evaluated evaluated = run.iterator().next();
      return evaluated.noise().toFloatArray();
    }
  }

  private static LoadedAddOns added(
      LatentDiffusion model, Optional<NDArray> image, NDManager manager) throws IOException {
    if (image.isEmpty()) return LoadedAddOns.NONE;
    List<Entry> entries = List.of(new Entry("edges", 0.8, 0, 1, "image"));
    List<ControlNetFile> files = List.of(ControlNetFile.open(model("control/edges")));
    GoldenImages images = new GoldenImages(Map.of("image", image.get()));
    return model.load(new ControlNets(entries, files), images, manager);
  }
}
