/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.models.Families;

/**
 * One folder on the class path adds a family of another kind, {@code src/test/extension/toyflow}:
 * its models are listed, described, run, watched, planned and refused by the commands as any other.
 */
class OutsideFamilyTest {

  @TempDir static Path folder;

  private static OutsideMacros macros;

  @BeforeAll
  static void compileAndWriteAModel() throws IOException {
    macros = OutsideMacros.in(folder);
    ToyModel.write(folder.resolve("models/toy"));
  }

  @Test
  void itIsNoneOfThePluginsOwn() {
    assertFalse(Families.all().stream().map(Families::label).toList().contains("Toy Flow"));
  }

  @Test
  void itsModelsAreListedAndDescribed() throws Exception {
    List<String> lines =
        macros.run(
            """
            run("Models...", "checksums");
            row = nResults - 1; // after the built-in models
            print(getResultString("model", row), getResultString("family", row));
            print(getResult("size", row), getResultString("precision", row),
                getResultString("problem", row));
            run("Model Info...", "model=toy");
            for (i = 0; i < nResults; i++)
              print(getResultString("component", i), getResultString("name", i),
                  getResultString("kind", i), getResultString("value", i));
            """);
    assertEquals("toy Toy Flow", lines.get(0));
    assertEquals("64 float32", lines.get(1).strip());
    assertTrue(lines.contains("model family  Toy Flow"), lines::toString);
    assertTrue(lines.contains("model predicts  FLOW"), lines::toString);
    assertTrue(lines.contains("words table.weight tensor F32 [65, 3]"), lines::toString);
    assertTrue(lines.contains("transformer deviation setting 0.1"), lines::toString);
    assertTrue(lines.contains("transformer mean.weight tensor F32 [16, 3]"), lines::toString);
    assertTrue(
        lines.contains("autoencoder encoder.weight tensor F32 [16, 12, 1, 1]"), lines::toString);
    assertTrue(lines.contains("model bytes of all tensors 2572"), lines::toString);
  }

  @Test
  void textToImageDrawsTheWordsWithAllStacksAndReplays() throws Exception {
    List<String> lines =
        macros.run(
            """
            run("Text to Image...", "model=toy steps=3 seed=7 guidance=1 scheduler=heun preview=decoded"
                + " latents noise predicted decoded prompt=[Red!]");
            print(getTitle(), getWidth(), getHeight(), bitDepth());
            info = split(getMetadata("Info"), "\\n");
            for (i = 0; i < info.length; i++) {
              key = substring(info[i], 0, indexOf(info[i] + "=", "="));
              if (key == "modelName") print(info[i]);
              if (key == "scalingFactor") print(info[i]);
              if (key == "latentFactor") print(info[i]);
              if (key == "evaluations") print(info[i]);
              if (key == "macro") line = substring(info[i], 6);
            }
            pixels = call("sc.fiji.latentdiffusion.ij1.headless.OutsideCalls.pixels");
            titles = newArray("Latents by step", "Noise by step", "Predicted latents by step", "Images by step");
            for (i = 0; i < titles.length; i++) {
              selectImage(titles[i]);
              Stack.getDimensions(width, height, channels, slices, frames);
              print(titles[i], width, height, channels, slices, frames);
            }
            close("*");
            eval(line);
            if (call("sc.fiji.latentdiffusion.ij1.headless.OutsideCalls.pixels") == pixels) print("replayed");
            run("RGB Stack");
            for (c = 1; c <= 3; c++) { setSlice(c); getStatistics(area, mean); print(round(mean)); }
            """);
    assertEquals(
        List.of(
            "Text to Image 64 64 24",
            "modelName=toy",
            "scalingFactor=2",
            "latentFactor=8",
            "evaluations=5",
            "Latents by step 8 8 16 1 6",
            "Noise by step 8 8 16 1 5",
            "Predicted latents by step 8 8 16 1 5",
            "Images by step 64 64 1 1 5",
            "replayed",
            "229",
            "51",
            "51"),
        lines);
  }

  @Test
  void imageToImageRepaintsTheSelectionAlone() throws Exception {
    List<String> lines =
        macros.run(
            """
            newImage("Grey", "RGB black", 48, 40, 1);
            run("Select All"); setColor(100, 110, 120); fill(); makeOval(8, 8, 24, 24);
            run("Image to Image...", "model=toy steps=6 strength=0.8 seed=3 guidance=1 scheduler=euler prompt=blue");
            print(getTitle(), getWidth(), getHeight());
            outside = getPixel(2, 2); inside = getPixel(20, 20);
            print((outside >> 16) & 255, (outside >> 8) & 255, outside & 255);
            if ((inside & 255) > 200 && ((inside >> 8) & 255) < 80) print("blue");
            """);
    assertEquals(List.of("Image to Image 48 40", "100 110 120", "blue"), lines);
  }

  @Test
  void latentsAreShownDecodedAndDenoised() throws Exception {
    List<String> lines =
        macros.run(
            """
            newImage("Ramp", "8-bit ramp", 48, 40, 1);
            before = getValue(21, 10);
            run("Show Latent...", "model=toy");
            Stack.getDimensions(width, height, channels, slices, frames);
            print(getTitle(), width, height, channels);
            run("Decode Latent...", "model=toy");
            print(getTitle(), getWidth(), getHeight());
            if (abs(getValue(21, 10) - before) < 6) print("alike");
            keys = "model=toy steps=4 seed=7 guidance=1 scheduler=euler prompt=green";
            run("Text to Image...", keys + " latents");
            whole = call("sc.fiji.latentdiffusion.ij1.headless.OutsideCalls.pixels");
            selectImage("Latents by step"); Stack.setFrame(3);
            run("Denoise Latent...", keys);
            print(getTitle());
            run("Decode Latent...", "model=toy");
            if (call("sc.fiji.latentdiffusion.ij1.headless.OutsideCalls.pixels") == whole) print("equal");
            """);
    assertEquals(List.of("Latents 6 5 16", "Decoded 48 40", "alike", "Denoised", "equal"), lines);
  }

  @Test
  void previewsShowThePictureByColoursAndDecodedAndEstimatesKnowTimeAndMemory() throws Exception {
    List<String> lines =
        macros.run(
            """
            print(call("sc.fiji.latentdiffusion.ij1.headless.OutsideCalls.previews", "toy"));
            print(call("sc.fiji.latentdiffusion.ij1.headless.OutsideCalls.estimates", "toy"));
            """);
    assertEquals(List.of("64x64 230,51,51; 64x64 230,51,51", "true 100096; true 100096"), lines);
  }

  @Test
  void schedulesArePlannedFromNoiseAloneToData() throws Exception {
    List<String> lines =
        macros.run(
            """
            run("Show Schedule...", "model=toy steps=4 scheduler=euler");
            for (i = 0; i < nResults; i++)
              print(getResult("timestep", i), getResult("sigma", i), getResult("SNR", i));
            """,
            "run('Show Schedule...', 'model=toy steps=4 scheduler=ddpm');");
    assertEquals(
        List.of(
            "1000 1 0",
            "667 0.667 0.2493",
            "334 0.334 3.9761",
            "1 0.001 998000.905",
            "failed: line 1: Scheduler 'ddpm' is for β schedules, not flow matching or EDM; choose"
                + " another scheduler."),
        lines);
  }

  @Test
  void addOnsOfOtherFamiliesAndSettingsThatItLacksAreRefusedByTheFamilysName() throws Exception {
    String run =
        "newImage('a', 'RGB ramp', 64, 64, 1); run('Text to Image...', 'model=toy steps=1 %s');";
    List<String> lines =
        macros.run(
            String.format(run, "lora=" + golden("lora/kohya.safetensors")),
            String.format(run, "control=" + golden("control/edges")),
            String.format(run, "control=" + golden("control/depth.safetensors")),
            String.format(run, "embeddings=" + golden("embeddings/ink.pt")),
            String.format(run, "clipskip=2"),
            String.format(run, "width=20"),
            "run('Show Tokens...', 'model=toy prompt=red');");
    String model = folder.resolve("models/toy").toString();
    assertRefused(
        lines.get(0),
        "kohya.safetensors is a LoRA for another family",
        "(expected one for Toy Flow with a conditioning of 3 numbers)",
        "transformer's mean.weight [16, 3]");
    assertRefused(
        lines.get(1),
        "edges steers a U-Net, but the model " + model + " has none",
        "not for models of the family Toy Flow");
    assertRefused(
        lines.get(2), "depth.safetensors steers a U-Net", "not for models of the family Toy Flow");
    assertRefused(
        lines.get(3), "ink.pt is for another family", model + " (Toy Flow) takes no learned words");
    assertRefused(lines.get(4), "clipskip must be 1 for models of the family Toy Flow");
    assertRefused(lines.get(5), "width must be a multiple of 8 pixels, but is 20");
    assertRefused(lines.get(6), model + " (Toy Flow) does not split prompts into tokens");
  }

  private static String golden(String name) {
    return TestResources.spelled(TestResources.golden(name).toAbsolutePath());
  }

  private static void assertRefused(String line, String... parts) {
    assertTrue(line.startsWith("failed: "), line);
    for (String part : parts) assertTrue(line.contains(part), line + " lacks " + part);
  }
}
