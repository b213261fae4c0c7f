/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.addons.Added;
import sc.fiji.latentdiffusion.addons.lora.Lora;
import sc.fiji.latentdiffusion.addons.lora.LoraFile;
import sc.fiji.latentdiffusion.addons.lora.Loras;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.fixtures.TensorsWritten;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.TensorFile;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.ModelNames;
import sc.fiji.latentdiffusion.library.ModelLoader;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.TensorReader;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;

/**
 * Models in GGUF, against the same weights expanded; {@code src/test/python/gguf_models.py} makes
 * them.
 */
class GgufTest {

  @TempDir Path temp;
  @PyTorch private NDManager manager;
  @PyTorch private Kernels kernels;

  private static Path golden(String name) {
    return Golden.root().resolve(name);
  }

  /** Models as people have them: the transformer's file, files of encoders, and the VAE. */
  @BeforeEach
  void copy() throws IOException {
    for (String end : new String[] {"", "-plain"}) {
      for (String name : new String[] {"flux", "sd3"}) {
        Path beside = temp.resolve(name + end);
        ModelCopies.into(beside, golden("gguf").resolve(name), golden(name + "/shared"));
      }
      ModelCopies.into(temp.resolve("t5" + end), golden("gguf/t5"));
      ModelCopies.into(temp.resolve("t5" + end), golden("flux/shared/tokenizer_2"));
    }
    for (String name : new String[] {"flux", "sd3", "t5"}) {
      Path file = golden("gguf").resolve(name + ".gguf");
      Files.copy(file, temp.resolve(name + ".gguf"));
      expand(file, temp.resolve(name + "-plain.safetensors"));
    }
    ModelCopies.into(temp.resolve("clip"), golden("flux/shared/text_encoder"));
    ModelCopies.into(temp.resolve("vae"), golden("flux/shared/vae"));
    ModelCopies.into(temp.resolve("clip_l"), golden("sd3/shared/text_encoder"));
    ModelCopies.into(temp.resolve("clip_g"), golden("sd3/shared/text_encoder_2"));
    ModelCopies.into(temp.resolve("vae3"), golden("sd3/shared/vae"));
  }

  private void expand(Path from, Path to) throws IOException {
    TensorsWritten written = new TensorsWritten();
    for (StoredTensor tensor : TensorFile.read(from).tensors().values()) {
      try (NDArray numbers = TensorReader.float32(tensor, kernels, manager)) {
        written.put(tensor.name(), tensor.shape(), numbers.toFloatArray());
      }
    }
    written.write(to);
  }

  private Model find(String model, String vae, String encoders) throws IOException {
    return Model.find(new ModelNames(model, vae, encoders), temp);
  }

  private static float[] latents(Model files, String precision) throws IOException {
    return latents(files, precision, Added.NONE);
  }

  private static float[] latents(Model files, String precision, Added added) throws IOException {
    try (LatentDiffusion model = ModelLoader.load(files, added, precision, Golden.DEVICE);
        Run run = model.textToImage(request().withSize(16, 16))) {
      run.forEach(evaluated -> {});
      return run.latents().toFloatArray();
    }
  }

  private static Request request() {
    return GoldenRuns.guided("euler").withPrompt(GoldenRuns.PROMPT, "");
  }

  private static void assertNear(float[] expected, float[] found, double tolerance) {
    assertEquals(expected.length, found.length);
    double largest = 0;
    for (float number : expected) largest = Math.max(largest, Math.abs(number));
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], found[i], tolerance * largest, "latent " + i);
    }
  }

  @ParameterizedTest
  @CsvSource({"flux, vae, 'clip, t5.gguf'", "sd3, vae3, 'clip_l, clip_g'"})
  void runsAgreeWithThoseOfTheExpandedWeights(String name, String vae, String encoders)
      throws IOException {
    Model quantised = find(name + ".gguf", vae, encoders);
    Model plain = plain(name, vae, encoders);
    assertNear(latents(plain, "float32"), latents(quantised, "float32"), 1e-5);
    float[] rounded = latents(quantised, "bfloat16");
    assertNear(latents(plain, "bfloat16"), rounded, 0.03);
    assertArrayEquals(rounded, latents(quantised, "bfloat16"));
  }

  private Model plain(String name, String vae, String encoders) throws IOException {
    return find(name + "-plain.safetensors", vae, encoders.replace(".gguf", "-plain.safetensors"));
  }

  /** Beside queries, keys and values in one tensor, and a layer by itself. */
  @Test
  void aLoraOverQuantisedWeightsIsAsIfMerged() throws IOException {
    Path file = temp.resolve("lora.safetensors");
    TensorsWritten written = new TensorsWritten();
    for (String layer :
        List.of(
            "transformer_blocks.0.attn.to_k",
            "transformer_blocks.0.ff.net.2",
            "single_transformer_blocks.0.attn.to_q",
            "single_transformer_blocks.0.proj_mlp")) {
      boolean isWide = layer.endsWith("proj_mlp");
      boolean isDeep = layer.endsWith("net.2");
      written.add("transformer." + layer + ".lora_A.weight", 2, isDeep ? 128 : 32);
      written.add("transformer." + layer + ".lora_B.weight", isWide ? 128 : 32, 2);
    }
    written.write(file);
    Loras loras = new Loras(List.of(new Lora(LoraFile.open(file), 0.05)));
    Model quantised = find("flux.gguf", "vae", "clip, t5.gguf");
    float[] changed = latents(quantised, "float32", loras);
    Model plain = plain("flux", "vae", "clip, t5.gguf");
    assertNear(latents(plain, "float32", loras), changed, 1e-5);
    assertTrue(distance(latents(quantised, "float32"), changed) > 0.01);
  }

  private static double distance(float[] a, float[] b) {
    double most = 0;
    for (int i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i] - b[i]));
    return most;
  }

  @ParameterizedTest
  @ValueSource(strings = {"flux", "sd3"})
  void whatIsMissingIsNamed(String name) {
    String message =
        assertThrows(IOException.class, () -> find(name + ".gguf", "", "")).getMessage();
    assertTrue(message.contains(name + ".gguf has the transformer of"), message);
    assertTrue(message.contains("in encoders") && message.contains("in vae"), message);
  }

  @Test
  void anEncoderAloneIsNoModel() {
    String message = assertThrows(IOException.class, () -> find("t5.gguf", "", "")).getMessage();
    assertTrue(message.contains("t5.gguf"), message);
  }
}
