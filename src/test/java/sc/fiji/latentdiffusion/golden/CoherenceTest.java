/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.io.model.ModelFolder;
import sc.fiji.latentdiffusion.library.ModelLoader;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Lockstep;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.pipeline.Start;
import sc.fiji.latentdiffusion.sampler.Evaluated;

/** Slices in lockstep, with the tiny model sd1. */
class CoherenceTest {

  private static LatentDiffusion model;
  private static NDManager manager;
  private static NDArray picture;

  @BeforeAll
  static void open() throws IOException {
    Path folder = Golden.root().resolve("models/sd1");
    model = ModelLoader.load(ModelFolder.open(folder), "float32", Golden.DEVICE);
    manager = model.manager().newSubManager();
    Golden vae = Golden.read(folder.resolve("golden/vae.safetensors"));
    picture = vae.array("picture", manager).get(":, :, :64, :64");
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static Request request(String scheduler) {
    return Request.defaults()
        .withSteps(6)
        .withStrength(0.67)
        .withGuidance(3)
        .withScheduler(scheduler)
        .withSeed(11)
        .withPrompt("a photo of many bright green nuclei", "blurry, low contrast");
  }

  /** The slices of the goldens, then darker ones. */
  private static NDArray slice(int k) {
    if (k == 0) return picture;
    return k == 1 ? picture.flip(3) : picture.mul(1f / k);
  }

  /** A run that writes down its final latents. */
  private final class Slice implements Lockstep.Slice {

    private final int k;
    private final Run run;

    Slice(int k, Request request) {
      this.k = k;
      run = model.run(request, new Start.FromPicture(slice(k), Optional.empty()));
      open.add(k);
      most = Math.max(most, open.size());
    }

    @Override
    public Run run() {
      return run;
    }

    @Override
    public void accept(Evaluated evaluated) {
      if (evaluations++ == stop) throw new CancellationException("enough");
    }

    @Override
    public void finish() {
      latents.add(run.latents().toFloatArray());
    }

    @Override
    public void close() {
      run.close();
      open.remove(k);
    }
  }

  private final List<float[]> latents = new ArrayList<>();
  private final TreeSet<Integer> open = new TreeSet<>();
  private int most;
  private int evaluations;
  private int stop = -1;

  private float[] run(String scheduler, double coherence, int count) throws IOException {
    Request request = request(scheduler);
    new Lockstep(model, coherence, count, k -> new Slice(k, request)).run();
    float[] all = new float[count * latents.get(0).length];
    for (int k = 0; k < count; k++) {
      float[] own = latents.get(k);
      System.arraycopy(own, 0, all, k * own.length, own.length);
    }
    return all;
  }

  /** {@code src/test/python/coherence.py} makes the goldens. */
  @ParameterizedTest
  @CsvSource({"ddim, 0.5", "ddim, 1", "euler, 0.5", "euler, 1", "dpmpp_2m_k, 0.5", "dpmpp_2m_k, 1"})
  void slicesInLockstepAgreeWithDiffusers(String scheduler, double coherence) throws IOException {
    Golden golden = Golden.read(Golden.root().resolve("coherence.safetensors"));
    String name = scheduler + "." + coherence + ".latents";
    golden.assertNear(name, golden.floats(name), 1, run(scheduler, coherence, 3), 1e-3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dpmpp_2m_k", "euler_a", "heun", "lcm"})
  void theMeanOfASliceAloneIsTheSliceToTheBit(String scheduler) throws IOException {
    try (Run run =
        model.run(request(scheduler), new Start.FromPicture(picture, Optional.empty()))) {
      run.forEach(evaluated -> {});
      assertArrayEquals(run.latents().toFloatArray(), run(scheduler, 0, 1));
    }
  }

  @Test
  void noMoreSlicesAreOpenThanTheRunHasEvaluationsAndOne() throws IOException {
    run("ddim", 0.5, 12);
    assertEquals(4 + 1, most); // the last four of six steps run
    assertEquals(12 * 4, evaluations);
    assertEquals(new TreeSet<>(), open);
  }

  /** So a slice is not changed by those behind the reach of its evaluations. */
  @Test
  void eachEvaluationReachesOneSliceFurther() throws IOException {
    float[] twelve = run("ddim", 1, 12);
    latents.clear();
    float[] nine = run("ddim", 1, 9);
    int one = nine.length / 9;
    int far = 5 * one; // the first five are four slices or more from the ninth's end
    assertArrayEquals(Arrays.copyOf(twelve, far), Arrays.copyOf(nine, far));
  }

  @Test
  void allSlicesAreClosedWhenOneIsStopped() {
    stop = 7;
    assertThrows(CancellationException.class, () -> run("ddim", 1, 4));
    assertEquals(new TreeSet<>(), open);
  }
}
