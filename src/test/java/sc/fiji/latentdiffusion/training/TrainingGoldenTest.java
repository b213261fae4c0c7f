/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.engine.Hardware;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.SafeTensors;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.random.Noise;

/**
 * Compares losses, gradients and steps of the optimiser with PyTorch and peft; {@code
 * src/test/python/training.py} makes the numbers.
 */
class TrainingGoldenTest {

  private static final Path FOLDER = TestResources.GOLDEN.resolve("training");
  private static final double TOLERANCE = 1e-4;

  /** Sums of another number of threads change a gradient by 1.3e-4 of the largest. */
  private static final double ROUNDING = 5e-4;

  @ParameterizedTest
  @ValueSource(strings = {"sd1", "sd1-all", "sd2", "sd2-snr", "xl"})
  void stepsAgreeWithPyTorchAndPeft(String name) throws IOException {
    JsonObject json =
        JsonParser.parseString(Files.readString(FOLDER.resolve("cases.json")))
            .getAsJsonObject()
            .getAsJsonObject(name);
    Map<String, StoredTensor> golden = SafeTensors.read(FOLDER.resolve(name + ".safetensors"));
    Model model = Model.open(TestResources.GOLDEN.resolve(json.get("model").getAsString()));
    try (Training training =
        new Training(model, recipe(json), examples(), Hardware.of("float32", "cpu", 0))) {
      drawUp(training.factors());
      float[] losses = floats(golden, "losses");
      float[] norms = floats(golden, "norms");
      for (int k = 0; k < 10; k++) {
        if (k == 0) proveGradients(training, golden);
        Training.Step step = training.step();
        assertEquals(losses[k], step.loss(), TOLERANCE * losses[k], "loss of step " + k);
        assertEquals(norms[k], step.norm(), TOLERANCE * norms[k], "norm of step " + k);
      }
      proveFactors(training, golden);
      float heldBack = floats(golden, "held-back")[0];
      if (Float.isFinite(heldBack)) {
        assertEquals(heldBack, training.heldBackLoss(), TOLERANCE * heldBack);
      }
    }
  }

  /** Both factors have gradients only if neither is 0. */
  private static void drawUp(Factors factors) {
    Noise noise = Noise.of(5);
    Map<String, float[]> state = new HashMap<>();
    for (String name : factors.names()) {
      float[] numbers = factors.tensor(name).toFloatArray();
      state.put(Factors.mean(name), new float[numbers.length]);
      state.put(Factors.square(name), new float[numbers.length]);
      if (name.contains("lora_up")) {
        numbers = noise.randn(numbers.length);
        for (int i = 0; i < numbers.length; i++) numbers[i] /= 10;
      }
      state.put(name, numbers);
    }
    factors.set(state, 0);
  }

  private static void proveGradients(Training training, Map<String, StoredTensor> golden)
      throws IOException {
    try (NDManager local =
        training.factors().tensor(anyName(training)).getManager().newSubManager()) {
      NDArray loss = training.loss(local);
      overwriteFreeMemory();
      NDList gradients = training.factors().gradients(loss);
      List<String> names = training.factors().names();
      double least = largestGradient(golden) / 100;
      int compared = 0;
      for (int i = 0; i < names.size(); i++) {
        String key = "gradient." + names.get(i);
        float[] found = gradients.get(i).toFloatArray();
        if (!golden.containsKey(key)) assertEquals(0, found.length, key + " is not expected");
        else compared += prove(key, floats(golden, key), found, least);
      }
      long expected = golden.keySet().stream().filter(key -> key.startsWith("gradient.")).count();
      assertEquals(expected, compared);
    }
  }

  /** Numbers of the forward pass that Java has freed must not be needed for gradients. */
  private static void overwriteFreeMemory() {
    System.gc();
    List<ByteBuffer> buffers = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(8 << i % 10);
      while (buffer.hasRemaining()) buffer.put((byte) 0x7f);
      buffers.add(buffer);
    }
    assertEquals(3_000, buffers.size());
  }

  private static double largestGradient(Map<String, StoredTensor> golden) throws IOException {
    double largest = 0;
    for (String name : golden.keySet()) {
      if (name.startsWith("gradient.")) largest = Math.max(largest, largest(golden, name));
    }
    return largest;
  }

  private static double largest(Map<String, StoredTensor> golden, String name) throws IOException {
    double largest = 0;
    for (float number : floats(golden, name)) largest = Math.max(largest, Math.abs(number));
    return largest;
  }

  private static String anyName(Training training) {
    return training.factors().names().get(0);
  }

  /** Of the others Adam makes whole steps of rounding alone. */
  private static void proveFactors(Training training, Map<String, StoredTensor> golden)
      throws IOException {
    double least = largestGradient(golden) / 100;
    int compared = 0;
    for (String name : training.factors().names()) {
      assertTrue(golden.containsKey(name), name);
      float[] expected = floats(golden, name);
      float[] found = training.factors().tensor(name).toFloatArray();
      assertEquals(expected.length, found.length, name);
      boolean isSeen = golden.containsKey("gradient." + name);
      if (isSeen && largest(golden, "gradient." + name) >= least)
        compared += prove(name, expected, found, 0);
    }
    assertTrue(compared > training.factors().names().size() / 3, compared + " factors");
  }

  /** Within the rounding of the largest, or of a least size. */
  private static int prove(String name, float[] expected, float[] found, double least) {
    assertEquals(expected.length, found.length, name);
    double size = 0;
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      size = Math.max(size, Math.abs(expected[i]));
      worst = Math.max(worst, Math.abs(expected[i] - found[i]));
    }
    assertTrue(worst <= ROUNDING * Math.max(size, least), name + ": " + worst + " of " + size);
    return 1;
  }

  private static Recipe recipe(JsonObject json) {
    return new Recipe(
        json.get("steps").getAsInt(),
        json.get("rank").getAsInt(),
        json.get("layers").getAsString().equals("all"),
        json.get("words").getAsBoolean(),
        json.get("size").getAsInt(),
        json.get("crops").getAsInt(),
        json.get("batch").getAsInt(),
        json.get("rate").getAsDouble(),
        json.get("warmup").getAsInt(),
        json.get("snr").getAsDouble(),
        json.get("augment").getAsBoolean(),
        json.get("seed").getAsLong());
  }

  private static List<Example> examples() throws IOException {
    Map<String, StoredTensor> pictures = SafeTensors.read(FOLDER.resolve("pictures.safetensors"));
    List<Example> examples = new ArrayList<>();
    for (String caption : List.of("nuclei", "a cell of green")) {
      String name = "picture." + examples.size();
      long[] shape = pictures.get(name).shape();
      examples.add(enlarged(floats(pictures, name), (int) shape[2], (int) shape[1], caption));
    }
    return examples;
  }

  private static Example enlarged(float[] numbers, int width, int height, String caption) {
    int times = 8;
    float[] pixels = new float[numbers.length * times * times];
    for (int i = 0; i < pixels.length; i++) {
      int x = i % (times * width) / times;
      int row = i / (times * width);
      int channel = row / (times * height);
      int y = row % (times * height) / times;
      pixels[i] = numbers[(channel * height + y) * width + x];
    }
    return new Example(pixels, times * width, times * height, caption);
  }

  private static float[] floats(Map<String, StoredTensor> tensors, String name) throws IOException {
    StoredTensor tensor = tensors.get(name);
    float[] values = new float[Math.toIntExact(tensor.elements())];
    tensor.bytes().asFloatBuffer().get(values);
    return values;
  }
}
