/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.addons.lora.Lora;
import sc.fiji.latentdiffusion.addons.lora.LoraFile;
import sc.fiji.latentdiffusion.addons.lora.LoraLayers;
import sc.fiji.latentdiffusion.engine.Hardware;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.SafeTensors;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.random.Noise;

/** Trains tiny models: what a file holds, how a training goes on, what is refused. */
class TrainingTest {

  private static final Recipe RECIPE =
      new Recipe(4, 2, false, true, 64, 12, 2, 1e-2, 2, 0, true, 42);

  @TempDir Path folder;

  private static Model model(String name) throws IOException {
    return Model.open(TestResources.GOLDEN.resolve(name));
  }

  private static List<Example> examples() {
    float[] pixels = Noise.of(3).randn(3 * 80 * 72);
    return List.of(new Example(pixels, 80, 72, "a photo of many bright green nuclei"));
  }

  private static Training begun(Recipe recipe) throws IOException {
    return new Training(model("models/sd1"), recipe, examples(), Hardware.of("float32", "cpu", 0));
  }

  private TrainingFiles trained(String name, int... stops) throws IOException {
    TrainingFiles files = new TrainingFiles(folder, name);
    for (int stop : stops) {
      try (Training training = begun(RECIPE)) {
        if (Files.exists(files.state())) training.resume(TrainingState.read(files.state()));
        while (training.done() < stop) training.step();
        training.save(files, Map.of("seed", "42"), Map.of("captions", "[\"nuclei\"]"));
      }
    }
    return files;
  }

  private static Map<String, List<Float>> numbers(Path file) throws IOException {
    Map<String, List<Float>> numbers = new TreeMap<>();
    for (var tensor : SafeTensors.read(file).entrySet()) {
      List<Float> values = new ArrayList<>();
      var bytes = tensor.getValue().bytes().asFloatBuffer();
      while (bytes.hasRemaining()) values.add(bytes.get());
      numbers.put(tensor.getKey(), values);
    }
    return numbers;
  }

  @Test
  void aContinuedTrainingHasTheBitsOfOneThatWasNot() throws IOException {
    TrainingFiles whole = trained("whole", 4);
    TrainingFiles parts = trained("parts", 2, 4);
    assertEquals(numbers(whole.lora()), numbers(parts.lora()));
    assertEquals(numbers(whole.state()), numbers(parts.state()));
    assertEquals(4, TrainingState.read(parts.state()).steps());
  }

  @Test
  void theFileIsALoraOfThisModelWhoseHeaderTellsOfTheTraining() throws IOException {
    TrainingFiles files = trained("cells", 1);
    LoraFile file = LoraFile.open(files.lora());
    Model model = model("models/sd1");
    LoraLayers layers = LoraLayers.of(List.of(new Lora(file, 1)), model, Families.declare(model));
    assertEquals(56, layers.of("unet").size());
    assertEquals(8, layers.of("text_encoder").size());
    assertEquals(List.of("nuclei"), file.captions().orElseThrow());
    Map<String, String> header = file.metadata();
    assertEquals("networks.lora", header.get("ss_network_module"));
    assertEquals("2", header.get("ss_network_dim"));
    assertEquals("1", header.get("ss_steps"));
    assertEquals("sd_v1", header.get("ss_base_model_version"));
    assertEquals(2, file.number("lora_te_text_model_encoder_layers_0_self_attn_q_proj.alpha"));
    try (Stream<Path> found = Files.list(folder)) {
      assertEquals(Set.of(files.lora(), files.state()), new HashSet<>(found.toList()));
    }
  }

  @Test
  void aTurnedCropIsWhatTorchMakesOfIt() {
    float[] pixels = new float[3 * 12];
    for (int i = 0; i < pixels.length; i++) pixels[i] = i;
    Crops.Crop crop = new Crops.Crop(new Example(pixels, 4, 3, ""), 1, 1);
    float[][] expected = {{5, 6, 9, 10}, {6, 10, 5, 9}, {10, 9, 6, 5}, {9, 5, 10, 6}};
    float[][] mirrored = {{6, 5, 10, 9}, {10, 6, 9, 5}, {9, 10, 5, 6}, {5, 9, 6, 10}};
    for (int code = 0; code < 8; code++) {
      float[] red = new float[4];
      System.arraycopy(crop.pixels(2, code), 0, red, 0, 4);
      assertArrayEquals(code < 4 ? expected[code] : mirrored[code - 4], red, "code " + code);
    }
  }

  @Test
  void eachTenthCropIsHeldBackAndAPictureOfTheirSizeGivesOne() {
    List<Example> one = List.of(new Example(new float[3 * 64 * 64], 64, 64, ""));
    assertEquals(1, new Crops(one, recipe(0)).training().size());
    assertEquals(0, new Crops(one, recipe(0)).heldBack().size());
    Crops crops = new Crops(examples(), recipe(200));
    assertEquals(180, crops.training().size());
    assertEquals(16, crops.heldBack().size());
    int covering = 6; // 4 · 80 · 72 / 64², rounded up
    assertEquals(covering, new Crops(examples(), recipe(0)).training().size());
  }

  private static Recipe recipe(int crops) {
    return new Recipe(1, 1, false, false, 64, crops, 1, 1e-3, 0, 0, true, 0);
  }

  @Test
  void aModelThatCanNotBeTrainedIsRefusedBeforeItsWeightsAreRead() throws IOException {
    refused("inpaint", "inpainting");
    refused("distilled/lcm", "distilled, as LCM");
    refused("xl/refiner", "refiner");
  }

  private void refused(String name, String word) throws IOException {
    Path base = TestResources.GOLDEN.resolve("models/micro-fp16");
    Path own = TestResources.GOLDEN.resolve(name);
    boolean whole = Files.exists(own.resolve("model_index.json"));
    Path model = folder.resolve(name);
    ModelCopies.into(model, whole ? new Path[] {own} : new Path[] {base, own});
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new Training(
                        Model.open(model),
                        new Recipe(1, 1, false, false, 16, 0, 1, 1e-3, 0, 0, true, 0),
                        examples(),
                        Hardware.of("float32", "cpu", 0))
                    .close());
    assertTrue(e.getMessage().contains(word), e.getMessage());
  }

  @Test
  void wrongNamesFoldersAndStatesAreRefused() throws IOException {
    assertThrows(IllegalArgumentException.class, () -> new TrainingFiles(folder, "a/b"));
    assertThrows(IllegalArgumentException.class, () -> new TrainingFiles(folder, " "));
    TrainingFiles files = trained("cells", 1);
    files.requireWritable(true, 1000);
    Exception exists =
        assertThrows(IllegalArgumentException.class, () -> files.requireWritable(false, 1000));
    assertTrue(exists.getMessage().contains("overwrite"), exists.getMessage());
    assertThrows(IOException.class, () -> files.requireWritable(true, Long.MAX_VALUE / 4));
    TrainingFiles inFile = new TrainingFiles(files.lora(), "x");
    assertThrows(IOException.class, () -> inFile.requireWritable(false, 1));
    TrainingState state = TrainingState.read(files.state());
    state.requireSame(Map.of("seed", "42"));
    Exception other =
        assertThrows(IllegalArgumentException.class, () -> state.requireSame(Map.of("seed", "7")));
    assertTrue(other.getMessage().contains("seed"), other.getMessage());
    assertThrows(IOException.class, () -> TrainingState.read(folder.resolve("none.training")));
    assertFalse(Files.exists(folder.resolve("none.training")));
  }
}
