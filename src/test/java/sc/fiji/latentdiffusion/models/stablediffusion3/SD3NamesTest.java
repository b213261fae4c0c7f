/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.stablediffusion3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.io.DType;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.TensorFile;
import sc.fiji.latentdiffusion.io.files.FileBytes;
import sc.fiji.latentdiffusion.io.model.SingleFile;
import sc.fiji.latentdiffusion.models.vae.VaeKeys;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.TensorHeaders;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * Every tensor of the published models under its original name. The tables are made and proven with
 * diffusers' own conversion by {@code src/test/python/sd3_file.py}.
 */
class SD3NamesTest {

  private static final Path FILE = Path.of("published.safetensors");

  @PyTorch private NDManager manager;

  @PyTorch private Kernels kernels;

  private record Row(String original, long[] shape, String target, int part, int parts) {

    static Row of(String line) {
      String[] name = line.split(" \\[", 2);
      String[] rest = name[1].split("\\] ", 2);
      long[] shape = Arrays.stream(rest[0].split(", ")).mapToLong(Long::parseLong).toArray();
      String[] target = rest[1].split("[ /](?=\\d/3$|3$)");
      boolean whole = target.length == 1;
      int part = whole ? 0 : Integer.parseInt(target[1]);
      return new Row(name[0], shape, target[0], part, whole ? 1 : 3);
    }
  }

  private static List<Row> rows(String table) throws IOException {
    InputStream file =
        SD3NamesTest.class.getResourceAsStream("/original/keys/" + table + ".txt.gz");
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(new GZIPInputStream(file), StandardCharsets.UTF_8))) {
      return lines.lines().map(Row::of).toList();
    }
  }

  /** Returns tensors one after the other in a file that is never opened. */
  private static Map<String, StoredTensor> stored(List<Row> rows) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    long at = 0;
    for (Row row : rows) {
      if (tensors.containsKey(row.original())) continue;
      long bytes = 2 * Arrays.stream(row.shape()).reduce(1, (a, b) -> a * b);
      StoredTensor tensor =
          new StoredTensor(row.original(), DType.F16, row.shape(), new FileBytes(FILE), at, bytes);
      tensors.put(row.original(), tensor);
      at += bytes;
    }
    return tensors;
  }

  /** The names below a prefix, by which the rest are left out. */
  private static Map<String, StoredTensor> below(String prefix, Map<String, StoredTensor> tensors) {
    Map<String, StoredTensor> below = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix)) below.put(name.substring(prefix.length()), tensor);
        });
    return below;
  }

  @ParameterizedTest
  @CsvSource({"sd3-medium, 24", "sd3-medium-3.5, 24", "sd3-large-3.5, 38"})
  void everyTensorOfAPublishedModelIsReadByTheNameThatDiffusersGivesIt(String table, int heads)
      throws IOException {
    List<Row> rows = rows(table);
    Map<String, StoredTensor> original = stored(rows);
    Map<String, StoredTensor> transformer = SD3Names.toDiffusers(below(SD3Names.PREFIX, original));
    Map<String, StoredTensor> vae = VaeKeys.toDiffusers(below("first_stage_model.", original));
    Map<String, StoredTensor> found = new LinkedHashMap<>();
    transformer.forEach((name, tensor) -> found.put("transformer/" + name, tensor));
    vae.forEach((name, tensor) -> found.put("vae/" + name, tensor));
    for (Row row : rows) requireSame(row, original.get(row.original()), found.get(row.target()));
    assertEquals(rows.size(), found.size(), "no others");
    Config config = Config.of(Map.of("num_attention_heads", heads, "num_layers", heads), "test");
    try (TensorHeaders headers =
        new TensorHeaders(transformer, manager, kernels, Precision.FLOAT16)) {
      SD3Transformer2DModel model = SD3Transformer2DModel.of(Weights.of(headers), config);
      assertEquals(4096, model.statesWidth());
      assertEquals(2048, model.pooledWidth());
      assertEquals(16, model.channels());
    }
  }

  private static void requireSame(Row row, StoredTensor whole, StoredTensor tensor) {
    assertTrue(tensor != null, row::toString);
    long length = whole.byteCount() / row.parts();
    assertEquals(whole.start() + row.part() * length, tensor.start(), row::toString);
    assertEquals(length, tensor.byteCount(), row::toString);
    long[] shape = row.shape().clone();
    shape[0] /= row.parts();
    assertArrayEquals(shape, tensor.shape(), row::toString);
  }

  private static SingleFile model(Map<String, StoredTensor> tensors) throws IOException {
    return SingleFile.of(FILE, new TensorFile(tensors, Map.of()));
  }

  private static void addEncoder(Map<String, StoredTensor> tensors, String name) {
    String place = "text_encoders." + name + ".transformer.any.weight";
    tensors.put(
        place, new StoredTensor(place, DType.F16, new long[] {1}, new FileBytes(FILE), 0, 2));
  }

  @Test
  void settingsFollowFromTheTensors() throws IOException {
    Map<String, StoredTensor> tensors = stored(rows("sd3-medium"));
    addEncoder(tensors, "clip_l");
    addEncoder(tensors, "clip_g");
    SingleFile medium = model(tensors);
    assertEquals(24, medium.config("transformer").integer("num_attention_heads"));
    assertEquals(false, medium.has("text_encoder_3"));
    assertEquals(false, medium.has("tokenizer_3"));
    assertEquals(3.0, medium.config("scheduler").number("shift", 0));
    addEncoder(tensors, "t5xxl");
    assertEquals(24, model(tensors).config("text_encoder_3").integer("num_layers"));
    assertTrue(new StableDiffusion3().fits(medium));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sd3-medium", "sd3-large-3.5"})
  void missingPartsAreNamed(String table) throws IOException {
    IOException refused = assertThrows(IOException.class, () -> model(stored(rows(table))));
    String text = refused.getMessage();
    assertTrue(
        text.contains("has the transformer of Stable Diffusion 3 but no text encoders"), text);
    assertEquals(table.contains("large"), text.contains("first_stage_model."), text);
    assertEquals(-1, text.indexOf("; or it "), text);
  }
}
