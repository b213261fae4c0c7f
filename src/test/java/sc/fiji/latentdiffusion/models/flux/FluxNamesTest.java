/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.flux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.fixtures.PublishedTensors;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.fixtures.TensorsWritten;
import sc.fiji.latentdiffusion.io.SafeTensors;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.TensorFile;
import sc.fiji.latentdiffusion.io.model.SingleFile;
import sc.fiji.latentdiffusion.models.t5.T5Files;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.TensorHeaders;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * Every tensor of the published transformers under its original name. The tables are made and
 * proven with diffusers' own conversion by {@code src/test/python/flux_file.py}.
 */
class FluxNamesTest {

  private static final Path FILE = Path.of("published.safetensors");

  @TempDir Path temp;

  @PyTorch private NDManager manager;

  @PyTorch private Kernels kernels;

  @ParameterizedTest
  @CsvSource({"flux1-dev, true", "flux1-schnell, false"})
  void everyTensorOfAPublishedModelIsReadByTheNameThatDiffusersGivesIt(
      String table, boolean guidance) throws IOException {
    List<PublishedTensors> rows = PublishedTensors.read(table);
    Map<String, StoredTensor> original = PublishedTensors.stored(rows);
    Map<String, StoredTensor> found = FluxNames.toDiffusers(original);
    for (PublishedTensors row : rows) {
      StoredTensor tensor = found.get(row.target().substring("transformer/".length()));
      requireSame(row, original.get(row.original()), tensor);
    }
    assertEquals(rows.size(), found.size(), "no others");
    Config config = Config.of(Map.of("guidance_embeds", guidance), "test");
    try (TensorHeaders headers = new TensorHeaders(found, manager, kernels, Precision.FLOAT16)) {
      FluxTransformer2DModel model = FluxTransformer2DModel.of(Weights.of(headers), config);
      assertEquals(16, model.channels());
      assertEquals(4096, model.stateWidth());
      assertEquals(768, model.textWidth());
    }
  }

  private static void requireSame(PublishedTensors row, StoredTensor whole, StoredTensor tensor) {
    assertTrue(tensor != null, row::toString);
    long length = whole.byteCount() / row.parts();
    assertEquals(whole.start() + row.first() * length, tensor.start(), row::toString);
    assertEquals(row.count() * length, tensor.byteCount(), row::toString);
    long[] shape = row.shape().clone();
    shape[0] = shape[0] / row.parts() * row.count();
    assertArrayEquals(shape, tensor.shape(), row::toString);
  }

  /** Scale stands before shift in diffusers. */
  @Test
  void theHalvesOfTheLastModulationChangePlaces() throws IOException {
    Path file = temp.resolve("x.safetensors");
    new TensorsWritten()
        .put("final_layer.adaLN_modulation.1.bias", new long[] {4}, 1, 2, 3, 4)
        .write(file);
    StoredTensor bias = FluxNames.toDiffusers(SafeTensors.read(file)).get("norm_out.linear.bias");
    ByteBuffer numbers = bias.bytes();
    double[] found = new double[4];
    for (int i = 0; i < 4; i++) found[i] = bias.dtype().number(numbers, i);
    assertArrayEquals(new double[] {3, 4, 1, 2}, found);
  }

  private static SingleFile model(Map<String, StoredTensor> tensors) throws IOException {
    return SingleFile.of(FILE, new TensorFile(tensors, Map.of()));
  }

  private static Map<String, StoredTensor> with(Map<String, StoredTensor> tensors, String... more) {
    Map<String, StoredTensor> all = new LinkedHashMap<>(tensors);
    for (String name : more) all.put(name, tensors.values().iterator().next().named(name));
    return all;
  }

  @ParameterizedTest
  @CsvSource({"flux1-dev, true, 512", "flux1-schnell, false, 256"})
  void settingsFollowFromTheTensors(String table, boolean guidance, int tokens) throws IOException {
    Map<String, StoredTensor> whole =
        with(
            PublishedTensors.stored(PublishedTensors.read(table)),
            "text_encoders.clip_l.transformer.a",
            "text_encoders.t5xxl.transformer.a",
            "vae.decoder.conv_in.weight");
    SingleFile file = model(whole);
    assertTrue(new Flux().fits(file));
    Config transformer = file.config("transformer");
    assertEquals(24, transformer.integer("num_attention_heads"));
    assertEquals(guidance, transformer.flag("guidance_embeds", !guidance));
    assertEquals(guidance, file.config("scheduler").flag("use_dynamic_shifting", false));
    assertEquals(0.3611, file.config("vae").number("scaling_factor", 0));
    assertEquals(tokens, ((T5Files) new Flux().tokenizers(file).get(1)).length());
  }

  @Test
  void missingPartsAreNamed() throws IOException {
    Map<String, StoredTensor> alone = PublishedTensors.stored(PublishedTensors.read("flux1-dev"));
    String text = assertThrows(IOException.class, () -> model(alone)).getMessage();
    assertTrue(text.contains("has the transformer of FLUX.1 but no text encoder"), text);
    for (String part : List.of("text_encoders.clip_l", "text_encoders.t5xxl", "vae.")) {
      assertTrue(text.contains(part), text);
    }
    Map<String, StoredTensor> some = with(alone, "text_encoders.clip_l.transformer.a", "vae.x");
    String rest = assertThrows(IOException.class, () -> model(some)).getMessage();
    assertTrue(rest.contains("t5xxl"), rest);
    assertFalse(rest.contains("clip_l"), rest);
  }
}
