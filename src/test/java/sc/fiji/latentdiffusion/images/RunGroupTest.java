/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import ij.ImagePlus;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.progress.Progress;

/** Runs that are computed together, when something fails. */
class RunGroupTest {

  private static final LoadedModels LOADED = new LoadedModels();
  private static final ImageDiffusion IMAGES =
      new ImageDiffusion(LOADED, () -> TestResources.MODELS);
  private static final Request REQUEST =
      Request.defaults()
          .withModel("sd1")
          .withSteps(3)
          .withStrength(1)
          .withHardware("float32", "cpu")
          .withPrompt("a cell", "");

  @AfterAll
  static void close() {
    LOADED.close();
  }

  /** Fails in the middle of a run: at most so many times. */
  private static final class Failing implements Progress {

    private int failures;

    Failing(int failures) {
      this.failures = failures;
    }

    @Override
    public void update(long done, long total, String message) {
      if (done > 0 && failures-- > 0) throw new IllegalStateException("no more room");
    }

    @Override
    public boolean isCanceled() {
      return false;
    }
  }

  private static List<RunGroup.Outcome> together(Progress of, Progress... own) throws IOException {
    RunGroup group = new RunGroup(2);
    for (int i = 0; i < own.length; i++) {
      group.progressOfNext(own[i]);
      ImagePlus input = TestImages.random("8-bit", 32, 24, i);
      IMAGES
          .waitingIn(group)
          .imageToImage(input, REQUEST.withSeed(i), ImageToImageOptions.PLAIN, Stacks.NONE, own[i]);
    }
    return IMAGES.run(group, of);
  }

  private static byte[] pixels(RunGroup.Outcome outcome) {
    assertNull(outcome.failure());
    return (byte[]) outcome.results().get(Results.RESULT).getProcessor().getPixels();
  }

  @Test
  void runsThatFailTogetherAreComputedOneByOneWithTheSameBits() throws IOException {
    List<RunGroup.Outcome> expected = together(Progress.NONE, Progress.NONE, Progress.NONE);
    List<RunGroup.Outcome> again = together(new Failing(1), Progress.NONE, Progress.NONE);
    for (int i = 0; i < 2; i++) assertArrayEquals(pixels(expected.get(i)), pixels(again.get(i)));
  }

  @Test
  void aRunThatFailsAgainFailsAlone() throws IOException {
    List<RunGroup.Outcome> outcomes = together(new Failing(1), new Failing(9), Progress.NONE);
    assertEquals("no more room", outcomes.get(0).failure().getMessage());
    pixels(outcomes.get(1));
  }
}
