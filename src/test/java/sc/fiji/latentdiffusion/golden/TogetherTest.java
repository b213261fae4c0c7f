/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.addons.LoadedAddOns;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Lockstep;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.pipeline.Start;
import sc.fiji.latentdiffusion.pipeline.Together;
import sc.fiji.latentdiffusion.sampler.Evaluated;

/** Runs of several pictures that are predicted together. */
class TogetherTest {

  private static final double SAME = 1e-4;
  private static final int PICTURES = 5;

  private static LatentDiffusion model;
  private static NDManager manager;
  private static Golden golden;
  private static Source source;

  @TempDir Path temp;

  @BeforeAll
  static void open() throws IOException {
    Path folder = Golden.root().resolve("models/sd1");
    model = GoldenRuns.load(folder);
    manager = model.manager().newSubManager();
    golden = Golden.read(folder.resolve("golden/vae.safetensors"));
    source =
        new Source(
            model,
            golden.array("picture", manager).get(":, :, :64, :64"),
            Golden.read(Golden.root().resolve("masked.safetensors")).array("mask", manager));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static Request request(String scheduler, double guidance) {
    return Request.defaults()
        .withSize(64, 64)
        .withSteps(5)
        .withStrength(0.6)
        .withGuidance(guidance)
        .withScheduler(scheduler)
        .withPrompt("a photo of many bright green nuclei", "blurry, low contrast");
  }

  /** A model, and of what its pictures are made. */
  private record Source(LatentDiffusion model, NDArray picture, NDArray mask) {

    /** The picture of a number, held in one half if the number is odd. */
    Run run(Request request, int number) {
      NDArray own = picture.mul(1 - 0.2f * number);
      Optional<NDArray> held = number % 2 == 0 ? Optional.empty() : Optional.of(mask);
      Start start = new Start.FromPicture(own, held);
      return model.run(request.withSeed(42 + 7L * number), start, LoadedAddOns.NONE);
    }

    float[] alone(Request request, int number) {
      try (Run run = run(request, number)) {
        run.forEach(evaluated -> {});
        return run.latents().toFloatArray();
      }
    }
  }

  /** A run whose evaluations are counted. */
  private static final class Counted implements Lockstep.Slice {

    private final Run run;
    private int evaluations;

    Counted(Run run) {
      this.run = run;
    }

    @Override
    public Run run() {
      return run;
    }

    @Override
    public void accept(Evaluated evaluated) {
      evaluations++;
    }

    @Override
    public void finish() {}

    @Override
    public void close() {
      run.close();
    }
  }

  private static Map<Integer, float[]> together(Source of, Request request, List<Integer> numbers) {
    List<Counted> slices = new ArrayList<>();
    for (int number : numbers) slices.add(new Counted(of.run(request, number)));
    try {
      for (Counted slice : slices) assertTrue(Together.fit(slices.get(0).run, slice.run));
      new Together(of.model, PICTURES, slices).run();
      Map<Integer, float[]> made = new HashMap<>();
      for (int i = 0; i < slices.size(); i++) {
        assertEquals(slices.get(i).run.size(), slices.get(i).evaluations);
        made.put(numbers.get(i), slices.get(i).run.latents().toFloatArray());
      }
      return made;
    } finally {
      slices.forEach(Counted::close);
    }
  }

  private static void assertEachIsItsOwn(Source of, Request request) throws IOException {
    List<Integer> all = IntStream.range(0, PICTURES).boxed().toList();
    Map<Integer, float[]> whole = together(of, request, all);
    Map<Integer, float[]> parts = new HashMap<>();
    for (List<Integer> part : List.of(List.of(4), List.of(3, 0, 1), List.of(2))) {
      parts.putAll(together(of, request, part));
    }
    for (int number : all) {
      String name = request.scheduler() + " picture " + number;
      assertArrayEquals(whole.get(number), parts.get(number), name);
      golden.assertNear(name, of.alone(request, number), 1, whole.get(number), SAME);
    }
    assertFalse(Arrays.equals(whole.get(0), whole.get(2)));
  }

  @Test
  void theNumbersOfAPictureDoNotDependOnTheOthers() throws IOException {
    for (String scheduler : List.of("ddim", "euler_a", "dpmpp_2m_k", "heun", "dpmpp_sde")) {
      assertEachIsItsOwn(source, request(scheduler, 3));
    }
    assertEachIsItsOwn(source, request("ddim", 1));
  }

  @Test
  void eachPictureHasTheChannelsThatAnInpaintingModelSees() throws IOException {
    ModelCopies.into(
        temp, Golden.root().resolve("models/micro-fp16"), Golden.root().resolve("inpaint"));
    Golden runs = Golden.read(Golden.root().resolve("inpaint").resolve("golden/runs.safetensors"));
    try (LatentDiffusion loaded = GoldenRuns.load(temp);
        NDManager local = loaded.manager().newSubManager()) {
      Source inpainting =
          new Source(loaded, runs.array("picture", local), runs.array("mask", local));
      Request request = request("ddim", 3);
      List<Integer> odd = List.of(1, 3);
      Map<Integer, float[]> whole = together(inpainting, request, odd);
      for (int number : odd) {
        golden.assertNear(
            "picture " + number, inpainting.alone(request, number), 1, whole.get(number), SAME);
      }
    }
  }

  @Test
  void othersAreComputedAlone() {
    Request request = request("ddim", 3);
    try (Run one = source.run(request, 0);
        Run other = source.run(request.withSteps(6), 1);
        Run several = source.run(request.withSampling(request.sampling().withBatch(2)), 1);
        Run none = source.run(request.withStrength(0), 1)) {
      assertTrue(Together.fit(one, one));
      assertFalse(Together.fit(one, other));
      assertFalse(Together.fit(several, several));
      assertFalse(Together.fit(none, none));
    }
  }
}
