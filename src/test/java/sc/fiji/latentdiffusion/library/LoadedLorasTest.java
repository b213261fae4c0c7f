/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.library;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.addons.AddOns;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;

/** A loaded model belongs to one set of LoRAs; another set needs another model. */
class LoadedLorasTest {

  private static final Request REQUEST =
      Request.defaults().withSize(32, 32).withSteps(2).withSeed(3).withPrompt("a cell", "");

  @TempDir Path folder;
  private final LoadedModels models = new LoadedModels();

  @BeforeEach
  void copy() throws IOException {
    Files.createDirectories(folder.resolve("lora"));
    for (String name : List.of("kohya.safetensors", "locon.safetensors")) {
      Files.copy(TestResources.golden("lora/" + name), folder.resolve("lora").resolve(name));
    }
  }

  @AfterEach
  void close() {
    models.close();
  }

  private LatentDiffusion get(String lora) throws IOException {
    String model = TestResources.SD1.toString();
    return models.get(model, AddOns.NONE.with("lora", lora).find(folder), folder, "float32", "cpu");
  }

  private float[] latents(String lora) throws IOException {
    try (Run run = get(lora).textToImage(REQUEST)) {
      run.forEach(evaluated -> {});
      return run.latents().toFloatArray();
    }
  }

  @Test
  void anotherSetUndoesTheLastToTheBit() throws IOException {
    float[] plain = latents("");
    float[] kohya = latents("kohya:0.8");
    assertFalse(Arrays.equals(plain, kohya));
    assertFalse(Arrays.equals(kohya, latents("kohya:0.7")));
    assertFalse(Arrays.equals(kohya, latents("kohya:0.8, locon")));
    assertArrayEquals(kohya, latents("kohya:0.8"));
    assertArrayEquals(plain, latents(""));
    assertArrayEquals(plain, latents("kohya:0"));
  }

  @Test
  void anEqualSetIsNotLoadedAgain() throws IOException {
    LatentDiffusion loaded = get("kohya:0.8, locon");
    assertSame(loaded, get(" kohya.safetensors : 0.80,\"locon\""));
    assertNotSame(loaded, get("locon, kohya:0.8"));
  }

  @Test
  void infoTellsTheWeights() throws IOException {
    Map<String, Object> info = AddOns.NONE.with("lora", "kohya:0.8, locon").find(folder).info(null);
    assertEquals(0.8, info.get("lora1Weight"));
    assertEquals(1.0, info.get("lora2Weight"));
  }

  private static Request request(String precision) {
    return Request.defaults()
        .withModel(TestResources.SD1.toString())
        .withHardware(precision, "cpu");
  }

  @Test
  void forItsVaeAModelIsNotLoadedAgainWhateverIsMergedIntoIt() throws IOException {
    LatentDiffusion loaded = get("kohya");
    assertSame(loaded, models.forVae(request("float32"), folder));
    assertNotSame(loaded, models.forVae(request("bfloat16"), folder));
    LatentDiffusion plain = models.forVae(request("float32"), folder);
    assertSame(plain, get(""));
  }

  @Test
  void aFileThatWasReplacedIsReadAgain() throws IOException {
    LatentDiffusion loaded = get("kohya");
    Path file = folder.resolve("lora/kohya.safetensors");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
    assertNotSame(loaded, get("kohya"));
  }

  @Test
  void oneFileUnderTwoNamesIsRefused() {
    String path = folder.resolve("lora/kohya.safetensors").toString();
    String message =
        assertThrows(IllegalArgumentException.class, () -> get("kohya, " + path)).getMessage();
    assertTrue(message.contains("kohya.safetensors twice"), message);
  }

  @Test
  void aRefusedLoraLeavesTheLoadedModelAsItWas() throws IOException {
    float[] plain = latents("");
    Files.copy(
        TestResources.golden("lora/micro.safetensors"), folder.resolve("lora/micro.safetensors"));
    assertTrue(assertThrows(IOException.class, () -> get("micro")).getMessage().contains("family"));
    assertThrows(IOException.class, () -> get("absent"));
    assertArrayEquals(plain, latents(""));
  }

  @Test
  void inBfloat16TheChangeIsNearlyThatInFloat32() throws IOException {
    float[] plain = latents("");
    float[] exact = latents("kohya");
    String model = TestResources.SD1.toString();
    LatentDiffusion rounded =
        models.get(
            model, AddOns.NONE.with("lora", "kohya").find(folder), folder, "bfloat16", "cpu");
    try (Run run = rounded.textToImage(REQUEST)) {
      run.forEach(evaluated -> {});
      float[] found = run.latents().toFloatArray();
      assertTrue(distance(exact, found) < 0.25 * distance(exact, plain));
    }
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }
}
