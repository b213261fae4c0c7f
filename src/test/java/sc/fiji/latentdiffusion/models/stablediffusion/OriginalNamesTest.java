/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.stablediffusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.addons.controlnet.ControlNetKeys;
import sc.fiji.latentdiffusion.io.DType;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.TensorFile;
import sc.fiji.latentdiffusion.io.files.FileBytes;
import sc.fiji.latentdiffusion.io.model.SingleFile;

/**
 * Every tensor of the published models under its original name. The tables are made and proven with
 * diffusers' own conversion by src/test/python/original.py.
 */
class OriginalNamesTest {

  private static final Path FILE = Path.of("published.safetensors");

  private record Row(String original, long[] shape, String target, int part, int parts) {}

  private static List<Row> rows(OriginalLayout layout) throws IOException {
    return rows(layout.name().toLowerCase());
  }

  private static List<Row> rows(String table) throws IOException {
    String name = "/original/keys/" + table + ".txt.gz";
    InputStream file = OriginalNamesTest.class.getResourceAsStream(name);
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(new GZIPInputStream(file), StandardCharsets.UTF_8))) {
      return lines.lines().map(OriginalNamesTest::row).toList();
    }
  }

  private static Row row(String line) {
    String[] name = line.split(" \\[", 2);
    String[] rest = name[1].split("\\] ", 2);
    long[] shape = Arrays.stream(rest[0].split(", ")).mapToLong(Long::parseLong).toArray();
    String[] target = rest[1].split("[ /](?=\\d/3$|3$)");
    boolean whole = target.length == 1;
    int part = whole ? 0 : Integer.parseInt(target[1]);
    return new Row(name[0], shape, target[0], part, whole ? 1 : 3);
  }

  /** Returns tensors one after the other in a file that is never opened. */
  private static Map<String, StoredTensor> stored(List<Row> rows) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    long at = 0;
    for (Row row : rows) {
      if (tensors.containsKey(row.original())) continue;
      long bytes = 2 * Arrays.stream(row.shape()).reduce(1, (a, b) -> a * b);
      FileBytes file = new FileBytes(FILE);
      tensors.put(
          row.original(),
          new StoredTensor(row.original(), DType.F16, row.shape(), file, at, bytes));
      at += bytes;
    }
    return tensors;
  }

  private static SingleFile model(List<Row> rows) throws IOException {
    // What the spread of SD 2's weights says is tested elsewhere: it would open the file.
    return SingleFile.of(FILE, new TensorFile(stored(rows), Map.of("global_step", "875000")));
  }

  @ParameterizedTest
  @EnumSource(OriginalLayout.class)
  void everyTensorOfAPublishedModelGetsTheNameThatDiffusersGivesIt(OriginalLayout layout)
      throws IOException {
    List<Row> rows = rows(layout);
    Map<String, StoredTensor> original = stored(rows);
    SingleFile model = model(rows);
    Map<String, StoredTensor> found = new TreeMap<>();
    for (String component : List.of("unet", "vae", "text_encoder", "text_encoder_2")) {
      if (!model.has(component)) continue;
      model.tensors(component).forEach((name, t) -> found.put(component + "/" + name, t));
    }
    int used = 0;
    for (Row row : rows) {
      if (row.target().equals("-")) continue;
      used++;
      StoredTensor whole = original.get(row.original());
      StoredTensor tensor = found.get(row.target());
      assertTrue(tensor != null, row::toString);
      long length = whole.byteCount() / row.parts();
      assertEquals(whole.start() + row.part() * length, tensor.start(), row::toString);
      assertEquals(length, tensor.byteCount(), row::toString);
      long[] shape = row.shape().clone();
      shape[0] /= row.parts();
      assertArrayEquals(shape, tensor.shape(), row::toString);
    }
    assertEquals(used, found.size(), "no others");
  }

  /** Returns a published model whose U-Net takes another number of channels. */
  private static List<Row> seeing(OriginalLayout layout, int channels) throws IOException {
    List<Row> rows = new ArrayList<>(rows(layout));
    rows.replaceAll(
        row ->
            row.original().equals("model.diffusion_model.input_blocks.0.0.weight")
                ? new Row(row.original(), new long[] {320, channels, 3, 3}, row.target(), 0, 1)
                : row);
    return rows;
  }

  @ParameterizedTest
  @CsvSource({
    "SD1, 4, ''",
    "SD2, 5, StableDiffusionDepth2ImgPipeline",
    "SD2, 7, StableDiffusionUpscalePipeline",
    "SD1, 8, StableDiffusionInstructPix2PixPipeline",
    "SDXL, 8, StableDiffusionXLInstructPix2PixPipeline",
    "SD1, 9, ''"
  })
  void theNumberOfChannelsTellsWhichImageAUNetSees(
      OriginalLayout layout, int channels, String pipeline) throws IOException {
    SingleFile model = model(seeing(layout, channels));
    assertEquals(pipeline, model.index().text("_class_name", ""));
    assertFalse(model.index().flag("is_cosxl_edit", false));
  }

  @Test
  void theUpscalersSettingsAreThoseOfItsPublication() throws IOException {
    List<Row> rows = seeing(OriginalLayout.SD2, 7);
    rows.add(new Row("model.diffusion_model.label_emb.weight", new long[] {900, 1024}, "", 0, 1));
    SingleFile model = model(rows);
    assertTrue(model.tensors("unet").containsKey("class_embedding.weight"));
    assertEquals(900, model.config("unet").integer("num_class_embeds"));
    assertEquals(0.08333, model.config("vae").number("scaling_factor", 0));
    assertEquals("v_prediction", model.config("scheduler").text("prediction_type", ""));
    assertEquals(0.02, model.config("low_res_scheduler").number("beta_end", 0));
  }

  /** {@code src/test/python/control.py} makes and proves the table. */
  @ParameterizedTest
  @ValueSource(strings = {"controlnet-sd1", "controlnet-sd2"})
  void everyTensorOfAPublishedControlNetGetsTheNameThatDiffusersGivesIt(String table)
      throws IOException {
    List<Row> rows = rows(table);
    Map<String, StoredTensor> original = stored(rows);
    Map<String, StoredTensor> found = ControlNetKeys.toDiffusers(original);
    for (Row row : rows) {
      StoredTensor tensor = found.get(row.target());
      assertTrue(tensor != null, row::toString);
      assertEquals(original.get(row.original()).start(), tensor.start(), row::toString);
    }
    assertEquals(rows.size(), found.size(), "no others");
    assertTrue(rows.size() > 300, rows.size() + " tensors");
  }

  @ParameterizedTest
  @EnumSource(OriginalLayout.class)
  void layoutIsRecognisedByNames(OriginalLayout layout) throws IOException {
    Set<String> names = stored(rows(layout)).keySet();
    for (OriginalLayout other : OriginalLayout.values()) {
      assertEquals(other == layout, other.fits(names), other::toString);
    }
  }

  @Test
  void predictionOfStableDiffusion2IsAsTheStepAtWhichItWasPublishedSays() throws IOException {
    List<Row> rows = rows(OriginalLayout.SD2);
    for (String[] step :
        new String[][] {{"875000", "epsilon", "64"}, {"110000", "v_prediction", "96"}}) {
      TensorFile file = new TensorFile(stored(rows), Map.of("global_step", step[0]));
      SingleFile model = SingleFile.of(FILE, file);
      assertEquals(step[1], model.config("scheduler").text("prediction_type", ""));
      assertEquals(step[2], "" + model.config("unet").integer("sample_size"));
      assertEquals(List.of(), model.notes());
    }
  }

  @Test
  void predictionIsWhatTheMetadataAndTheMarkersOfTrainersSay() throws IOException {
    Map<String, StoredTensor> tensors = stored(rows(OriginalLayout.SDXL));
    assertEquals("epsilon", prediction(tensors, Map.of()));
    assertEquals("v_prediction", prediction(tensors, Map.of("modelspec.prediction_type", "v")));
    tensors.put("v_pred", tensors.values().iterator().next());
    tensors.put("ztsnr", tensors.values().iterator().next());
    assertEquals("v_prediction", prediction(tensors, Map.of()));
    SingleFile model = SingleFile.of(FILE, new TensorFile(tensors, Map.of()));
    assertTrue(model.config("scheduler").flag("rescale_betas_zero_snr", false));
  }

  private static String prediction(Map<String, StoredTensor> tensors, Map<String, String> metadata)
      throws IOException {
    SingleFile model = SingleFile.of(FILE, new TensorFile(tensors, metadata));
    return model.config("scheduler").text("prediction_type", "");
  }
}
