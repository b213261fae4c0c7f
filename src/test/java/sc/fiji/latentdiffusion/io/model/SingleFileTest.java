/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.TensorsWritten;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.TensorFile;
import sc.fiji.latentdiffusion.settings.Config;

/** Reads single files; {@code src/test/python/original.py} makes them of a folder's tensors. */
public class SingleFileTest {

  @TempDir Path temp;

  private Path copy(String name, String as) throws IOException {
    return Files.copy(TestResources.original(name), temp.resolve(as));
  }

  /**
   * The folder's VAE has the names that diffusers gave its attention before 0.15, its text encoder
   * no prefix.
   */
  private static Map<String, StoredTensor> renamed(Map<String, StoredTensor> tensors) {
    Map<String, StoredTensor> renamed = new TreeMap<>();
    tensors.forEach(
        (name, tensor) ->
            renamed.put(
                name.replace("text_model.", "")
                    .replace(".query.", ".to_q.")
                    .replace(".key.", ".to_k.")
                    .replace(".value.", ".to_v.")
                    .replace(".proj_attn.", ".to_out.0."),
                tensor));
    return renamed;
  }

  /** Every value of every tensor, whatever the precision it is stored in. */
  public static void assertSame(Map<String, StoredTensor> folder, Map<String, StoredTensor> file)
      throws IOException {
    Map<String, StoredTensor> expected = renamed(folder);
    Map<String, StoredTensor> found = renamed(file);
    Set<String> names = new TreeSet<>(found.keySet());
    names.removeIf(name -> name.endsWith("position_ids"));
    assertEquals(new TreeSet<>(expected.keySet()), names);
    for (String name : names) {
      assertArrayEquals(values(expected.get(name)), values(found.get(name)), name);
    }
  }

  private static double[] values(StoredTensor tensor) throws IOException {
    ByteBuffer bytes = tensor.bytes();
    double[] values = new double[(int) tensor.elements()];
    for (int i = 0; i < values.length; i++) values[i] = tensor.dtype().number(bytes, i);
    return values;
  }

  @ParameterizedTest
  @CsvSource({"micro.safetensors, Größe 1.safetensors", "micro.ckpt, a b.v2.ckpt"})
  void tensorsOfASingleFileAreThoseOfTheFolder(String name, String as) throws IOException {
    Path file = copy(name, as);
    String stem = as.substring(0, as.lastIndexOf('.'));
    Path config = Files.createDirectories(temp.resolve(stem).resolve("text_encoder"));
    Files.copy(
        TestResources.MICRO.resolve("text_encoder/config.json"), config.resolve("config.json"));
    Model model = Model.open(file);
    ModelFolder folder = ModelFolder.open(TestResources.MICRO);
    for (String component : List.of("unet", "vae", "text_encoder")) {
      assertSame(folder.tensors(component), model.tensors(component));
    }
    assertEquals(as, model.name());
    assertEquals(64, model.sha256().length());
  }

  @Test
  void folderOfTheSameNameDecidesComponentByComponent() throws IOException {
    Path file = copy("micro.safetensors", "m.safetensors");
    Model model = Model.open(file);
    assertEquals("v_prediction", model.config("scheduler").text("prediction_type", ""));
    assertEquals(8, model.config("unet").integer("attention_head_dim"));
    Path scheduler = Files.createDirectories(temp.resolve("m/scheduler"));
    Files.writeString(scheduler.resolve("scheduler_config.json"), "{\"prediction_type\": \"x\"}");
    assertEquals("x", model.config("scheduler").text("prediction_type", ""));
    assertEquals(8, model.config("unet").integer("attention_head_dim"));
    assertTrue(model.folder("tokenizer").isEmpty());
  }

  @Test
  void singleFileIsFoundByItsNameWithAndWithoutTheEnding() throws IOException {
    Path file = copy("micro.ckpt", "tiny.ckpt").toAbsolutePath();
    Files.createDirectories(temp.resolve("tiny"));
    assertEquals(file, Model.find("tiny.ckpt", temp).path());
    assertEquals(file, Model.find("tiny", temp).path());
    assertEquals(file, Model.find("" + temp.resolve("tiny").toAbsolutePath(), null).path());
  }

  @Test
  void predictionThatNothingSaysIsReadFromTheWeightsAndTold() throws IOException {
    Map<String, StoredTensor> tensors = TensorFile.read(TestResources.MICRO_CKPT).tensors();
    SingleFile model = SingleFile.of(temp.resolve("x.ckpt"), new TensorFile(tensors, Map.of()));
    assertEquals(1, model.notes().size());
    assertTrue(model.notes().get(0).contains("seems to be epsilon"), model.notes()::toString);
    assertTrue(model.notes().get(0).contains(temp.resolve("x") + "/scheduler"));
  }

  @Test
  void originalConfigBesideTheFileSaysWhatIsPredicted() throws IOException {
    Path file = copy("micro.ckpt", "sd2.ckpt");
    Path yaml = temp.resolve("sd2.yaml");
    for (String[] row : new String[][] {{"\"v\"", "v_prediction"}, {"eps  # noise", "epsilon"}}) {
      Files.writeString(
          yaml, "model:\n  params:\n    parameterization: " + row[0] + "\n    x: 1\n");
      assertEquals(row[1], Model.open(file).config("scheduler").text("prediction_type", ""));
      assertEquals(List.of(), Model.open(file).notes());
    }
  }

  /** CosXL is such a file of Stable Diffusion XL; the numbers mean the same in other families. */
  @Test
  void twoNumbersInTheFileSayThatItIsTrainedOverAllSigmasBetweenThem() throws IOException {
    Path file = temp.resolve("cosxl.safetensors");
    TensorsWritten whole = xl().put("edm_vpred.sigma_max", new long[0], 120);
    whole.put("edm_vpred.sigma_min", new long[] {1}, 0.002f).write(file);
    Config scheduler = Model.open(file).config("scheduler");
    assertEquals("EDMEulerScheduler", scheduler.text("_class_name", ""));
    assertEquals("v_prediction", scheduler.text("prediction_type", ""));
    assertEquals("exponential", scheduler.text("sigma_schedule", ""));
    assertEquals(120, scheduler.number("sigma_max", 0));
    assertEquals(0.002, scheduler.number("sigma_min", 0), 1e-9);
    assertEquals(1, scheduler.number("sigma_data", 0));
    Path beside = Files.createDirectories(temp.resolve("cosxl/scheduler"));
    Path config = beside.resolve("scheduler_config.json");
    Files.writeString(config, "{\"_class_name\": \"EulerDiscreteScheduler\"}");
    Model model = Model.open(file);
    assertEquals("EDMEulerScheduler", model.config("scheduler").text("_class_name", ""));
    assertTrue(model.notes().get(0).contains("EDM, as CosXL"), model.notes()::toString);
    Files.writeString(config, "{\"_class_name\": \"EDMEulerScheduler\", \"sigma_max\": 80}");
    assertEquals(80, Model.open(file).config("scheduler").number("sigma_max", 0));
    xl().put("edm_vpred.sigma_max", new long[0], 120).write(file);
    IOException e = assertThrows(IOException.class, () -> Model.open(file));
    assertTrue(e.getMessage().contains("edm_vpred.sigma_min"), e::getMessage);
  }

  /** The names by which a whole Stable Diffusion XL is known. */
  private static TensorsWritten xl() {
    return new TensorsWritten()
        .add("model.diffusion_model.input_blocks.0.0.weight", 1)
        .add("first_stage_model.decoder.conv_in.weight", 1)
        .add("conditioner.embedders.0.transformer.text_model.x", 1)
        .add("conditioner.embedders.1.model.x", 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lora_unet_down_blocks_0.lora_up.weight|is a LoRA",
        "control_model.time_embed.0.weight|is a ControlNet",
        "double_blocks.0.img_attn.norm.key_norm.scale|has the transformer of FLUX.1 but no text"
            + " encoder",
        "down_blocks.0.resnets.0.conv1.weight|is a U-Net alone",
        "first_stage_model.encoder.conv_in.weight|is a VAE alone",
        "some.thing|is no model of a known layout: expected tensors named model.diffusion_model",
        "model.diffusion_model.input_blocks.0.0.weight|has a U-Net but no VAE",
        "model.diffusion_model.input_blocks.0.0.weight,first_stage_model.x|but no text encoder",
      })
  void fileOfAnotherKindIsRefusedWithWhatItIs(String row) throws IOException {
    String[] parts = row.split("\\|");
    new ModelFiles(temp).tensors("x.safetensors", parts[0].split(","));
    Path file = temp.resolve("x.safetensors");
    IOException e = assertThrows(IOException.class, () -> Model.open(file));
    assertTrue(e.getMessage().contains(parts[1]), e::getMessage);
    assertTrue(e.getMessage().startsWith(file.toString()), e::getMessage);
  }
}
