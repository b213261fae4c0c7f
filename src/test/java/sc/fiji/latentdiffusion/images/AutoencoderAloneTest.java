/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.measure.ResultsTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import sc.fiji.latentdiffusion.commands.DecodeLatent;
import sc.fiji.latentdiffusion.commands.ShowLatent;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.images.tables.Schedule;
import sc.fiji.latentdiffusion.keys.Calls;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.library.ModelSummary;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.StepRange;
import sc.fiji.latentdiffusion.progress.Progress;

/** An autoencoder alone as a model: images become latents and back; all else says what lacks. */
class AutoencoderAloneTest {

  private static final Path FOLDER = TestResources.golden("autoencoders");
  private static final LoadedModels LOADED = new LoadedModels();
  private static final ImageDiffusion VERBS = new ImageDiffusion(LOADED, () -> FOLDER);

  private static final Request SIXTEEN =
      Request.defaults().withModel("sixteen").withHardware("float32", "cpu");

  @AfterAll
  static void close() {
    LOADED.close();
  }

  private static ImagePlus latents(ImagePlus input, Request request) throws IOException {
    return VERBS
        .calledBy(Calls.of(ShowLatent.class, request))
        .showLatent(input, ChannelMapping.DISPLAY, request, Progress.NONE);
  }

  @Test
  void anOddSelectionIsShownInSixteenChannelsAndDecoded() throws IOException {
    ImagePlus input = TestImages.random("RGB", 41, 30, 1);
    input.setRoi(1, 2, 37, 25);
    ImagePlus latents = latents(input, SIXTEEN);
    assertArrayEquals(new int[] {5, 4, 16, 1, 1}, latents.getDimensions());
    assertEquals("1.5305", latents.getStringProperty("scalingFactor"));
    ImagePlus decoded =
        VERBS
            .calledBy(Calls.of(DecodeLatent.class, SIXTEEN))
            .decodeLatent(latents, SIXTEEN, Progress.NONE);
    assertArrayEquals(new int[] {40, 32, 1, 1, 1}, decoded.getDimensions());
    assertEquals(ImagePlus.COLOR_RGB, decoded.getType());
  }

  /** The same by the key of another model. */
  @Test
  void theKeyOfAModelGivesTheSameLatents() throws IOException {
    ImagePlus input = TestImages.random("RGB", 32, 24, 1);
    Request alone = SIXTEEN.withModel("tiny");
    Request both = alone.withModel(TestResources.SD1.toString()).withVae("tiny");
    ImagePlus expected = latents(input, alone);
    ImagePlus found = latents(input, both);
    for (int c = 1; c <= 4; c++) {
      float[] one = (float[]) expected.getStack().getPixels(c);
      assertArrayEquals(one, (float[]) found.getStack().getPixels(c));
    }
    assertTrue(found.getInfoProperty().contains("\nvae=tiny\n"), found.getInfoProperty());
  }

  @TestFactory
  List<DynamicTest> allElseSaysWhatIsMissing() {
    ImagePlus image = TestImages.random("RGB", 32, 32, 1);
    Estimates estimates = new Estimates(LOADED, () -> FOLDER);
    return List.of(
        refused("text", () -> VERBS.textToImage(SIXTEEN, Stacks.NONE, Progress.NONE)),
        refused(
            "image",
            () ->
                VERBS.imageToImage(
                    image, SIXTEEN, ImageToImageOptions.PLAIN, Stacks.NONE, Progress.NONE)),
        refused(
            "denoise",
            () ->
                VERBS.denoiseLatent(
                    latents(image, SIXTEEN),
                    SIXTEEN,
                    new StepRange(0, -1, true),
                    Stacks.NONE,
                    Progress.NONE)),
        refused(
            "invert",
            () ->
                VERBS.invert(
                    image, ChannelMapping.DISPLAY, SIXTEEN, Stacks.NONE, false, Progress.NONE)),
        refused("check", () -> VERBS.checkModel(SIXTEEN, Progress.NONE)),
        refused(
            "schedule",
            () ->
                VERBS
                    .tables()
                    .schedule(SIXTEEN, "euler", List.of(new Schedule.Choice("euler", "model")))),
        refused("estimate", () -> estimates.textToImage(SIXTEEN)),
        refused("estimate of an image", () -> estimates.invert(image, SIXTEEN, false)));
  }

  private static DynamicTest refused(String verb, Executable run) {
    return DynamicTest.dynamicTest(
        verb,
        () -> {
          String message = assertThrows(IOException.class, run).getMessage();
          assertTrue(message.contains("is an autoencoder alone: a denoiser"), message);
          assertTrue(message.contains("Show Latent and Decode Latent can use it"), message);
        });
  }

  @Test
  void listsAndTablesNameItSo() throws IOException {
    ModelSummary summary = ModelSummary.of("tiny", FOLDER.resolve("tiny"));
    assertTrue(summary.isUsable(), summary.problem());
    assertEquals("tiny (Autoencoders alone)", summary.label());
    assertTrue(summary.description().startsWith("An autoencoder alone, for Show Latent"));
    ResultsTable table = VERBS.tables().contents("sixteen");
    assertEquals("Autoencoders alone", table.getStringValue("value", 2));
    assertEquals(Optional.empty(), summary.words());
  }
}
