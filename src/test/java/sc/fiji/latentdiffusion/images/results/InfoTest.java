/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.commands.ImageToImage;
import sc.fiji.latentdiffusion.fixtures.SchedulerConfigs;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.images.ImageToImageOptions;
import sc.fiji.latentdiffusion.keys.Calls;
import sc.fiji.latentdiffusion.keys.Numbers;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.noise.BetaSchedule;

class InfoTest {

  private static Info info(String prompt) {
    Request request = Request.defaults().withSeed(7).withPrompt(prompt, "");
    return new Info(Calls.of(ImageToImage.class, request, ImageToImageOptions.PLAIN, Stacks.NONE));
  }

  private static ImagePlus image(Info info) {
    ImagePlus imp = TestImages.black("8-bit", 20, 10);
    info.applyTo(imp);
    return imp;
  }

  @Test
  void imageJFindsEveryKey() {
    ImagePlus imp = image(info("green nuclei"));
    assertEquals("Image to Image...", imp.getStringProperty("command"));
    assertEquals("7", imp.getStringProperty("seed"));
    assertEquals("0.5", imp.getStringProperty("strength"));
    assertEquals("green nuclei", imp.getStringProperty("prompt"));
    assertTrue(
        imp.getStringProperty("macro")
            .startsWith("run(\"Image to Image...\", \"model=[] steps=20"));
  }

  @Test
  void aTextOfTwoLinesStaysOnOne() {
    String text = info("two\nlines").toString();
    assertTrue(text.contains("\nprompt=two\\nlines\n"), text);
  }

  @Test
  void inputsOwnInfoFollows() {
    ImagePlus imp = TestImages.black("8-bit", 2, 2);
    imp.setProperty("Info", "Objective=60x");
    info("").applyTo(imp);
    assertTrue(imp.getInfoProperty().startsWith("command="));
    assertTrue(imp.getInfoProperty().endsWith("\n\nObjective=60x"));
    assertEquals("60x", imp.getStringProperty("Objective"));
  }

  @Test
  void timestepsAndSigmasOfThePlanAreListed() {
    Evaluation first = step(0, 999, 1 / 17.0);
    Evaluation second = step(1, 499.5, 0.5);
    String text = info("").put(new Plan(0, 1, List.of(first, second))).toString();
    assertTrue(text.contains("\nevaluations=2\ntimesteps=999,499.5\nsigmas=4,1\n"), text);
  }

  @Test
  void numbersAreAsShortAsTheyCanBe() {
    assertEquals("3", Numbers.text(3));
    assertEquals("-0.5", Numbers.text(-0.5));
    assertEquals("399.6", Numbers.text(399.6f));
    assertEquals("0.18215", Numbers.text(0.18215));
    assertEquals("Infinity", Numbers.text(Double.POSITIVE_INFINITY));
    assertTrue(info("").toString().contains("\nguidance=4\n"));
  }

  private static Evaluation step(int index, double timestep, double alphaCumprod) {
    NoiseLevel level = NoiseLevel.ofAlphaCumprod(alphaCumprod);
    return Evaluation.ofData(
            index, index, timestep, level, BetaSchedule.of(SchedulerConfigs.of(Map.of())))
        .next(1, 1);
  }

  @Test
  void versionsNameEverythingThatComputes() {
    Map<String, String> versions = Versions.all();
    assertEquals(
        List.of("plugin", "djl", "pytorch", "imagej", "java", "os", "cpu", "threads"),
        List.copyOf(versions.keySet()));
    versions.forEach((key, version) -> assertFalse(version == null || version.isBlank(), key));
    assertTrue(versions.get("pytorch").matches("\\d+\\.\\d+.*"), versions.get("pytorch"));
  }
}
