/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.fixtures.TensorsWritten;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.DType;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;

/** Transformers and T5 in float8 give the pictures of the numbers that their bytes stand for. */
class Float8Test {

  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({
    "flux, dev, text_encoder_2, F8_E4M3",
    "flux, schnell, text_encoder_2, F8_E5M2",
    "sd3, dual, text_encoder_3, F8_E4M3",
    "sd3, dual, text_encoder_3, F8_E5M2",
    "pixart, sigma, text_encoder, F8_E4M3"
  })
  void float8EqualsTheNumbersThatItStandsFor(String family, String name, String t5, DType type)
      throws IOException {
    Path own = TestResources.golden(family);
    Path eighth = temp.resolve("float8");
    Path whole = temp.resolve("float32");
    for (Path folder : List.of(eighth, whole)) {
      if (Files.exists(own.resolve("shared"))) ModelCopies.into(folder, own.resolve("shared"));
      ModelCopies.into(folder, own.resolve(name));
    }
    Map<String, StoredTensor> transformer = Model.open(eighth).tensors("transformer");
    Map<String, StoredTensor> words = Model.open(eighth).tensors(t5);
    double[] numbers = numbers(type);
    replace(eighth, whole, "transformer", "diffusion_pytorch_model", transformer, type, numbers);
    replace(eighth, whole, t5, "model", words, type, numbers);
    assertEquals(type, Model.open(eighth).tensors(t5).get("shared.weight").dtype());
    float[] found = latents(eighth);
    assertArrayEquals(latents(whole), found);
    assertFalse(Arrays.equals(latents(restored(own, name)), found), "rounded to float8");
  }

  private Path restored(Path own, String name) throws IOException {
    Path folder = temp.resolve("own");
    if (Files.exists(own.resolve("shared"))) ModelCopies.into(folder, own.resolve("shared"));
    ModelCopies.into(folder, own.resolve(name));
    return folder;
  }

  private static float[] latents(Path folder) throws IOException {
    Request request =
        Request.defaults()
            .withPrompt("bright nuclei", "")
            .withScheduler("euler")
            .withSteps(2)
            .withSize(8, 8)
            .withSeed(3);
    try (LatentDiffusion model = GoldenRuns.load(folder);
        Run run = model.textToImage(request)) {
      run.forEach(evaluated -> {});
      return run.latents().toFloatArray();
    }
  }

  /** The numbers of all bytes. */
  private static double[] numbers(DType type) {
    byte[] all = new byte[256];
    for (int i = 0; i < 256; i++) all[i] = (byte) i;
    double[] numbers = new double[256];
    for (int i = 0; i < 256; i++) numbers[i] = type.number(ByteBuffer.wrap(all), i);
    return numbers;
  }

  private static void replace(
      Path eighth,
      Path whole,
      String component,
      String file,
      Map<String, StoredTensor> tensors,
      DType type,
      double[] numbers)
      throws IOException {
    TensorsWritten coded = new TensorsWritten();
    TensorsWritten plain = new TensorsWritten();
    for (Map.Entry<String, StoredTensor> entry : tensors.entrySet()) {
      StoredTensor tensor = entry.getValue();
      ByteBuffer stored = tensor.bytes();
      byte[] codes = new byte[(int) tensor.elements()];
      float[] values = new float[codes.length];
      for (int i = 0; i < codes.length; i++) {
        codes[i] = nearest(tensor.dtype().number(stored, i), numbers);
        values[i] = (float) numbers[codes[i] & 0xff];
      }
      coded.put(entry.getKey(), type.name(), tensor.shape(), codes);
      plain.put(entry.getKey(), tensor.shape(), values);
    }
    for (Path folder : List.of(eighth, whole)) {
      try (Stream<Path> files = Files.list(folder.resolve(component))) {
        for (Path old : files.filter(path -> path.toString().contains("safetensors")).toList()) {
          Files.delete(old);
        }
      }
    }
    coded.write(eighth.resolve(component).resolve(file + ".safetensors"));
    plain.write(whole.resolve(component).resolve(file + ".safetensors"));
  }

  private static byte nearest(double number, double[] numbers) {
    int best = 0;
    for (int i = 1; i < numbers.length; i++) {
      if (Math.abs(numbers[i] - number) < Math.abs(numbers[best] - number)) best = i;
    }
    return (byte) best;
  }
}
