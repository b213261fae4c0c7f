/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.IJ;
import ij.ImagePlus;
import ij.ImageStack;
import ij.process.FloatProcessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.io.SafeTensors;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.progress.Progress;
import sc.fiji.latentdiffusion.random.Noise;
import sc.fiji.latentdiffusion.training.Recipe;

/** Trains on images with the tiny model sd1: what opens, what is written, what is refused. */
class LoraTrainingTest {

  private static final String MODEL = TestResources.MODELS.resolve("sd1").toString();
  private static final ChannelMapping DISPLAY = new ChannelMapping("", "display", 0, 255);

  @TempDir Path folder;
  private final LoadedModels loaded = new LoadedModels();

  @AfterEach
  void close() {
    loaded.close();
  }

  private ImageDiffusion verbs() {
    return new ImageDiffusion(loaded, () -> folder);
  }

  private static Recipe recipe(int steps) {
    return new Recipe(steps, 2, false, true, 64, 0, 1, 0, 2, 0, true, 42);
  }

  private static TrainingOptions options(int steps, int every, String name, String resume) {
    return options(recipe(steps), every, "prompt", name, resume, "nuclei");
  }

  private static TrainingOptions options(
      Recipe recipe, int every, String captions, String name, String resume, String prompt) {
    return new TrainingOptions(
        MODEL, "", "", recipe, every, captions, "auto", "cpu", false, resume, name, prompt);
  }

  private static ImagePlus stack(int width, int height, String... labels) {
    ImageStack stack = new ImageStack(width, height);
    Noise noise = Noise.of(1);
    for (String label : labels) {
      stack.addSlice(label, new FloatProcessor(width, height, noise.randn(width * height)));
    }
    return new ImagePlus("Cells", stack);
  }

  private Results train(ImagePlus image, TrainingOptions options, Progress progress)
      throws IOException {
    return verbs().trainLora(image, DISPLAY, options.resolved(folder), progress);
  }

  @Test
  void samplesPlotTableAndFileTellOfTheTraining() throws IOException {
    ImagePlus image = stack(96, 80, "one\nmore", "two");
    Results made = train(image, options(recipe(4), 2, "labels", "cells", "", ""), Progress.NONE);
    ImagePlus samples = made.get(Results.RESULT);
    assertEquals("Training samples", samples.getTitle());
    assertArrayEquals(new int[] {64, 64, 1, 1, 3}, samples.getDimensions());
    assertEquals("step 2", samples.getStack().getSliceLabel(2));
    assertEquals("Training loss", made.get("loss").getTitle());
    assertEquals("Training", made.title());
    assertEquals(4, made.table().size());
    assertEquals(1e-4, made.table().getValue("rate", 3), 1e-12);
    assertEquals(made.table().getValue("loss", 0), made.table().getValue("smoothed", 0));
    Path file = folder.resolve("lora/cells.safetensors");
    assertEquals("[\"one\",\"two\"]", SafeTensors.metadata(file).get("captions"));
    assertTrue(SafeTensors.metadata(file).get("inputs").contains("\"slice\":2"));
    assertTrue(samples.getInfoProperty().contains("modelSha256="));
    Request request =
        Request.defaults()
            .withModel(MODEL)
            .withHardware("auto", "cpu")
            .withSeed(42)
            .withPrompt("one", "")
            .withAddOn("lora", "cells");
    ImagePlus again = verbs().textToImage(request, Stacks.NONE, Progress.NONE).get(Results.RESULT);
    assertArrayEquals(
        (int[]) samples.getStack().getPixels(3), (int[]) again.getProcessor().getPixels());
  }

  @Test
  void aTrainingThatIsStoppedIsSavedAndGoesOnAsIfItHadNotBeen() throws IOException {
    ImagePlus image = stack(70, 70, "");
    train(image, options(4, 0, "whole", ""), Progress.NONE);
    Results stopped = train(image, options(4, 0, "part", ""), stoppingAfter(2));
    assertEquals(2, stopped.table().size());
    assertTrue(stopped.get("loss").getInfoProperty().contains("partial=stopped after 2 of 4"));
    train(image, options(4, 0, "rest", "part"), Progress.NONE);
    assertArrayEquals(tensors("whole"), tensors("rest"));
    refused("prompt", image, options(recipe(5), 0, "prompt", "x", "part", "other"));
    refused("image", stack(70, 70, "", ""), options(5, 0, "x", "part"));
    refused("steps", image, options(2, 0, "x", "part"));
    assertFalse(Files.exists(folder.resolve("lora/x.safetensors")));
  }

  private byte[] tensors(String name) throws IOException {
    byte[] all = Files.readAllBytes(folder.resolve("lora/" + name + ".training"));
    int header =
        (int) java.nio.ByteBuffer.wrap(all).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong();
    return java.util.Arrays.copyOfRange(all, 8 + header, all.length);
  }

  private static Progress stoppingAfter(int steps) {
    return new Progress() {
      private long done;

      @Override
      public void update(long now, long total, String message) {
        done = Math.max(done, now);
      }

      @Override
      public boolean isCanceled() {
        return done >= steps;
      }
    };
  }

  @Test
  void whatTeachesNothingIsRefusedBeforeAnythingRuns() throws IOException {
    ImagePlus good = stack(70, 70, "");
    refused("alike", IJ.createImage("flat", "8-bit black", 64, 64, 1), options(1, 0, "x", ""));
    ImagePlus nan = stack(70, 70, "");
    nan.getProcessor().setf(5, 5, Float.NaN);
    refused("NaN", nan, options(1, 0, "x", ""));
    refused("64 × 64", stack(60, 70, ""), options(1, 0, "x", ""));
    refused("label", good, options(recipe(1), 0, "labels", "x", "", " "));
    train(good, options(1, 0, "there", ""), Progress.NONE);
    refused("exists", good, options(1, 0, "there", ""));
    assertThrows(IllegalArgumentException.class, () -> options(1, 0, "a:b", ""));
    assertThrows(IOException.class, () -> train(good, options(2, 0, "x", "none"), Progress.NONE));
    assertEquals(
        List.of("there.safetensors", "there.training"),
        Files.list(folder.resolve("lora")).map(p -> p.getFileName().toString()).sorted().toList());
    assertEquals("there-2", TrainingOptions.freeName("there", folder));
  }

  private void refused(String word, ImagePlus image, TrainingOptions options) {
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> train(image, options, Progress.NONE));
    assertTrue(e.getMessage().contains(word), e.getMessage());
  }
}
