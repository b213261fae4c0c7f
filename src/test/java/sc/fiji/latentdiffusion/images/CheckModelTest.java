/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.measure.ResultsTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.fixtures.StoppingProgress;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.SafeTensors;
import sc.fiji.latentdiffusion.io.SafeTensorsWriter;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.model.ModelScan;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.progress.Progress;
import sc.fiji.latentdiffusion.schedulers.named.Schedulers;

/**
 * The checks of models. {@code src/test/python/goldens.py} makes the reference numbers of sd1, and
 * {@code xl.py} those of Stable Diffusion XL.
 */
class CheckModelTest {

  private static final Path GOLDENS = TestResources.golden("check.safetensors");
  private static final Path XL = TestResources.golden("xl/base/golden/conditioning.safetensors");
  private static final int OWN = Schedulers.names().size() + 3;

  @TempDir private Path models;

  private static Request request(String model, String precision) {
    return Request.defaults().withModel(model).withHardware(precision, "cpu");
  }

  private List<String> check(String model, String precision) throws IOException {
    try (LoadedModels loaded = new LoadedModels()) {
      ResultsTable table =
          new ImageDiffusion(loaded, () -> models)
              .checkModel(request(model, precision), Progress.NONE)
              .table();
      assertEquals("check found bound unit result", String.join(" ", table.getHeadings()));
      return IntStream.range(0, table.size()).mapToObj(row -> row(table, row)).toList();
    }
  }

  private static String row(ResultsTable table, int row) {
    return table.getStringValue("check", row)
        + " | "
        + table.getStringValue("bound", row)
        + " | "
        + table.getStringValue("unit", row)
        + " | "
        + table.getStringValue("result", row);
  }

  private Path sd1() throws IOException {
    ModelCopies.into(models.resolve("sd1"), TestResources.SD1);
    return models.resolve("sd1/goldens.safetensors");
  }

  private static Map<String, SafeTensorsWriter.Tensor> tensors(Path file) throws IOException {
    Map<String, SafeTensorsWriter.Tensor> tensors = new LinkedHashMap<>();
    for (StoredTensor tensor : SafeTensors.read(file).values()) {
      float[] numbers = new float[Math.toIntExact(tensor.elements())];
      tensor.bytes().asFloatBuffer().get(numbers);
      tensors.put(tensor.name(), new SafeTensorsWriter.Tensor(tensor.shape(), numbers));
    }
    return tensors;
  }

  @Test
  void everythingOfTheBuiltInModelPasses() throws IOException {
    List<String> rows = check("", "float32");
    assertEquals(OWN, rows.size());
    for (String row : rows) assertTrue(row.endsWith(" | pass"), row);
    assertTrue(rows.contains("scheduler euler | 0.000100000 |  | pass"), rows.get(0));
    assertTrue(rows.contains("network repeats | 0.000000000 | values | pass"), "" + rows);
    assertTrue(rows.contains("network in float32 | 0.000000000 | relative | pass"), "" + rows);
    assertTrue(rows.contains("autoencoder round trip | 30.000000000 | dB | pass"), "" + rows);
  }

  @Test
  void goldensByDiffusersPassInFloat32AndInBfloat16() throws IOException {
    Files.copy(GOLDENS, sd1());
    List<String> names = List.of("prompt_embeds", "output", "encoded", "latents", "decoded");
    for (String precision : List.of("float32", "bfloat16")) {
      List<String> rows = check("sd1", precision);
      String bound = precision.equals("float32") ? "0.001000000" : "0.050000000";
      List<String> expected =
          names.stream().map(n -> "goldens: " + n + " | " + bound + " | relative | pass").toList();
      assertEquals(expected, rows.subList(OWN, rows.size()));
      String rounding = precision.equals("float32") ? "0.000000000" : bound;
      String network = "network in " + precision + " | " + rounding + " | relative | pass";
      assertEquals(network, rows.get(OWN - 2));
      assertEquals("autoencoder round trip | finite | dB | pass", rows.get(OWN - 1));
    }
  }

  @Test
  void goldensOfAnotherModelAndUnknownOnesFailAndTheOthersAreCheckedAllTheSame()
      throws IOException {
    Map<String, SafeTensorsWriter.Tensor> tensors = tensors(GOLDENS);
    float[] output = tensors.get("output").numbers();
    output[7] += 0.002f * largest(output);
    tensors.put("stranger", new SafeTensorsWriter.Tensor(new long[] {1}, new float[] {1}));
    tensors.put("encoded", new SafeTensorsWriter.Tensor(new long[] {1}, new float[] {1}));
    tensors.remove("sample");
    SafeTensorsWriter.write(sd1(), tensors, SafeTensors.metadata(GOLDENS));
    String relative = " | 0.001000000 | relative | ";
    List<String> rows = check("sd1", "float32");
    assertEquals(
        List.of(
            "goldens: prompt_embeds" + relative + "pass",
            "goldens: output" + relative + "not run: the file has no tensor sample",
            "goldens: encoded" + relative + "fail",
            "goldens: latents" + relative + "pass",
            "goldens: decoded" + relative + "pass",
            "goldens: stranger" + relative + "fail"),
        rows.subList(OWN, rows.size()));
    tensors.putAll(Map.of("sample", tensors(GOLDENS).get("sample")));
    SafeTensorsWriter.write(models.resolve("sd1/goldens.safetensors"), tensors, Map.of());
    rows = check("sd1", "float32");
    assertEquals(List.of("goldens" + relative + "fail"), rows.subList(OWN, rows.size()));
    tensors.keySet().retainAll(List.of("output", "sample", "timestep", "prompt_embeds"));
    SafeTensorsWriter.write(
        models.resolve("sd1/goldens.safetensors"), tensors, SafeTensors.metadata(GOLDENS));
    rows = check("sd1", "float32");
    assertTrue(rows.contains("goldens: output" + relative + "fail"), "2 ‰ off: " + rows);
  }

  private static float largest(float[] values) {
    float largest = 0;
    for (float value : values) largest = Math.max(largest, Math.abs(value));
    return largest;
  }

  @Test
  void goldensOfASingleFileOfStableDiffusionXLLieBesideIt() throws IOException {
    Files.copy(TestResources.XL, models.resolve("base.safetensors"));
    ModelCopies.into(models.resolve("base"), TestResources.golden("xl/base"));
    Map<String, SafeTensorsWriter.Tensor> made = tensors(XL);
    Map<String, SafeTensorsWriter.Tensor> tensors = new LinkedHashMap<>();
    tensors.put("prompt_embeds", second(made.get("given.states")));
    tensors.put("text_embeds", second(made.get("given.pooled")));
    float[] ids = {16, 24, 0, 0, 16, 24};
    tensors.put("time_ids", new SafeTensorsWriter.Tensor(new long[] {1, 6}, ids));
    tensors.put("sample", second(made.get("sample")));
    tensors.put("timestep", new SafeTensorsWriter.Tensor(new long[] {1}, new float[] {501}));
    tensors.put("output", second(made.get("out.501")));
    SafeTensorsWriter.write(
        models.resolve("base.goldens.safetensors"),
        tensors,
        Map.of(
            "format",
            "latent-diffusion-goldens-1",
            "prompt",
            "a photo of many bright green nuclei"));
    List<String> rows = check("base", "float32");
    for (String row : rows) assertTrue(row.endsWith(" | pass"), row);
    assertEquals(OWN + 2, rows.size());
    assertEquals(List.of(models.resolve("base.safetensors")), ModelScan.of(models, name -> false));
  }

  /** Returns the second of two batch entries. */
  private static SafeTensorsWriter.Tensor second(SafeTensorsWriter.Tensor both) {
    long[] shape = both.shape().clone();
    shape[0] = 1;
    float[] numbers = both.numbers();
    return new SafeTensorsWriter.Tensor(
        shape, Arrays.copyOfRange(numbers, numbers.length / 2, numbers.length));
  }

  @Test
  void checksThatAreStoppedLeaveNothing() throws IOException {
    try (LoadedModels loaded = new LoadedModels()) {
      ImageDiffusion verbs = new ImageDiffusion(loaded, () -> models);
      StoppingProgress progress = new StoppingProgress("Checking: scheduler euler");
      String sd1 = TestResources.spelled(TestResources.SD1);
      assertThrows(
          CancellationException.class, () -> verbs.checkModel(request(sd1, "float32"), progress));
    }
  }

  @Test
  void aModelOnPixelsHasNoAutoencoderToCheckAndTheRestPasses() throws IOException {
    Path grey = TestResources.golden("unet2d_models/grey").toAbsolutePath();
    List<String> rows = check(grey.toString(), "float32");
    String last = rows.get(rows.size() - 1);
    assertTrue(last.endsWith("not run: the model works on pixels and has no autoencoder"), last);
    for (String row : rows.subList(0, rows.size() - 1)) assertTrue(row.endsWith("pass"), row);
  }
}
