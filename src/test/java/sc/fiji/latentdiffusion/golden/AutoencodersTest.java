/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.fixtures.TensorsWritten;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.TensorFile;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.ModelNames;
import sc.fiji.latentdiffusion.library.ModelLoader;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.models.LatentSpace;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.pipeline.Start;

/**
 * Autoencoders of each kind, alone and in place of a model's own. {@code
 * src/test/python/autoencoders.py} makes the goldens with diffusers.
 */
class AutoencodersTest {

  private static final Path FOLDER = TestResources.golden("autoencoders");

  private static final double STAGE = 1e-5;

  @TempDir Path temp;

  private static LatentDiffusion load(Model model) throws IOException {
    return ModelLoader.load(model, "float32", Golden.DEVICE);
  }

  private static Golden golden(String name) throws IOException {
    return Golden.read(FOLDER.resolve(name).resolve("golden.safetensors"));
  }

  private static double tolerance(float[] expected) {
    double largest = 0;
    for (float value : expected) largest = Math.max(largest, Math.abs(value));
    return STAGE * largest;
  }

  private static void near(Golden golden, String name, NDArray found) throws IOException {
    float[] expected = golden.floats(name);
    golden.assertNear(name, expected, 1, found.toFloatArray(), tolerance(expected));
  }

  @ParameterizedTest
  @CsvSource({"sixteen, 16, 8", "normalised, 8, 2", "quantised, 4, 8", "tiny, 4, 8"})
  void aloneEachAgreesWithDiffusers(String name, int channels, int factor) throws IOException {
    Golden golden = golden(name);
    try (LatentDiffusion model = load(Model.open(FOLDER.resolve(name)));
        NDManager memory = model.manager().newSubManager()) {
      assertEquals(channels, model.latentChannels());
      assertEquals(factor, model.factor());
      NDArray picture = golden.array("picture", memory);
      near(golden, "latents", model.encode(picture, memory));
      near(golden, "decoded", model.decode(golden.array("latents", memory), memory));
      if (golden.has("sd")) near(golden, "sd", model.deviation(picture, memory));
    }
  }

  /** Original names by diffusers', as the list of the published ones says. */
  private static Map<String, String> originals() throws IOException {
    Path list = TestResources.original("keys/vae16.txt.gz");
    Map<String, String> names = new LinkedHashMap<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(list)), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] parts = line.split(" ");
        names.put(parts[parts.length - 1].substring("vae/".length()), parts[0]);
      }
    }
    return names;
  }

  /** The tensors of "sixteen" by their original names, attention as convolutions. */
  private Path original(String file, String prefix) throws IOException {
    Map<String, StoredTensor> own =
        TensorFile.read(FOLDER.resolve("sixteen/diffusion_pytorch_model.safetensors")).tensors();
    Map<String, String> names = originals();
    assertEquals(names.keySet(), own.keySet());
    TensorsWritten written = new TensorsWritten();
    for (StoredTensor tensor : own.values()) {
      byte[] bytes = new byte[(int) tensor.byteCount()];
      tensor.bytes().get(bytes);
      long[] shape = tensor.shape();
      if (shape.length == 2) shape = new long[] {shape[0], shape[1], 1, 1};
      written.put(prefix + names.get(tensor.name()), tensor.dtype().name(), shape, bytes);
    }
    if (!prefix.isEmpty()) written.add("loss.logvar", 1).add("model_ema.decay", 1);
    return written.write(temp.resolve(file));
  }

  @ParameterizedTest
  @CsvSource({"a.safetensors, '', a.json", "b.safetensors, first_stage_model., b/config.json"})
  void aFileOfThePublishedNamesIsTheSame(String file, String prefix, String settings)
      throws IOException {
    Path path = original(file, prefix);
    Files.createDirectories(temp.resolve(settings).getParent());
    Files.copy(FOLDER.resolve("sixteen/config.json"), temp.resolve(settings));
    Golden golden = golden("sixteen");
    try (LatentDiffusion model = load(Model.open(path));
        NDManager memory = model.manager().newSubManager()) {
      near(golden, "latents", model.encode(golden.array("picture", memory), memory));
      near(golden, "decoded", model.decode(golden.array("latents", memory), memory));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "my_SD3_vae, 1.5305, 0.0609, true",
    "ae, 0.3611, 0.1159, true",
    "flux-vae, 0.3611, 0.1159, true",
    "other, 1, 0, false"
  })
  void withoutSettingsTheNameTellsTheScale(String name, double scale, double shift, boolean isKnown)
      throws IOException {
    Model model = Model.open(original(name + ".safetensors", ""));
    LatentSpace space = Families.declare(model).latents();
    assertEquals(scale, space.scale());
    assertEquals(shift, space.shift());
    assertEquals(16, space.channels());
    assertEquals(isKnown, space.colours().isPresent());
    assertEquals(isKnown, model.notes().isEmpty(), model.notes().toString());
    space.colours().ifPresent(rows -> assertEquals(17, rows.length));
  }

  private static Model sd1(String vae) throws IOException {
    return Model.find(new ModelNames(TestResources.SD1.toString(), vae, ""), Path.of("none"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny", "quantised"})
  void aModelWorksWithAnother(String name) throws IOException {
    Golden golden = Golden.read(FOLDER.resolve("swapped.safetensors"));
    Golden vae = Golden.read(TestResources.SD1.resolve("golden/vae.safetensors"));
    try (LatentDiffusion model = load(sd1(FOLDER.resolve(name).toString()));
        NDManager memory = model.manager().newSubManager()) {
      NDArray picture = vae.array("picture", memory).get(":, :, :64, :64");
      Request request = GoldenRuns.guided("ddim").withStrength(0.5);
      try (Run run = model.run(request, new Start.FromPicture(picture, Optional.empty()))) {
        run.forEach(evaluated -> {});
        golden.assertNear("sd1." + name, 1, run.latents(), 1e-3);
        golden.assertWithinOne("sd1." + name + ".picture", model.decode(run.latents(), memory));
      }
    }
  }

  @Test
  void aModelsOwnAutoencoderByItsPathChangesNoBit() throws IOException {
    Golden vae = Golden.read(TestResources.SD1.resolve("golden/vae.safetensors"));
    for (String path : List.of("vae", "vae/diffusion_pytorch_model.safetensors", "")) {
      try (LatentDiffusion own = load(Model.open(TestResources.SD1));
          LatentDiffusion same = load(sd1(TestResources.SD1.resolve(path).toString()));
          NDManager memory = own.manager().newSubManager()) {
        NDArray picture = vae.array("picture", memory);
        assertArrayEquals(
            own.encode(picture, memory).toFloatArray(),
            same.encode(picture, same.manager()).toFloatArray());
        assertEquals(own.sha256(), same.sha256());
      }
    }
  }

  @Test
  void channelsThatAreNotTheUNetsAreRefusedWithBothNumbers() {
    String message =
        assertThrows(IOException.class, () -> load(sd1(FOLDER.resolve("sixteen").toString())))
            .getMessage();
    assertTrue(message.contains("takes 4 channels, the VAE makes 16"), message);
    Path grey = TestResources.golden("unet2d_models/grey");
    String other =
        assertThrows(
                IOException.class,
                () ->
                    load(
                        Model.find(
                            new ModelNames(grey.toString(), FOLDER.resolve("tiny").toString(), ""),
                            temp)))
            .getMessage();
    assertTrue(other.contains("predicts 1") && other.contains("makes 4"), other);
  }

  @Test
  void aModelThatHasNoAutoencoderIsRefusedAsOne() {
    String grey = TestResources.golden("unet2d_models/grey").toString();
    String message = assertThrows(IOException.class, () -> sd1(grey)).getMessage();
    assertTrue(message.startsWith("vae: ") && message.contains("without an autoencoder"), message);
    String none = assertThrows(IOException.class, () -> sd1("no such")).getMessage();
    assertTrue(none.startsWith("vae: no model \"no such\""), none);
  }

  /** A file without VAE, and its own VAE by the key: the same pictures as by the whole file. */
  @Test
  void aSingleFileWithoutAutoencoderLoadsWithAnother() throws IOException {
    Path whole = TestResources.MICRO_SAFETENSORS;
    TensorsWritten without = new TensorsWritten();
    TensorsWritten vae = new TensorsWritten();
    Map<String, StoredTensor> rest = new LinkedHashMap<>();
    Map<String, StoredTensor> own = new LinkedHashMap<>();
    TensorFile.read(whole)
        .tensors()
        .forEach((name, t) -> (name.startsWith("first_stage") ? own : rest).put(name, t));
    Path file = without.copy(rest).write(temp.resolve("m/micro.safetensors"));
    Path other = vae.copy(own).write(temp.resolve("m/vae.safetensors"));
    Path settings = whole.resolveSibling("micro");
    if (Files.isDirectory(settings)) ModelCopies.into(temp.resolve("m/micro"), settings);
    String message = assertThrows(IOException.class, () -> Model.open(file)).getMessage();
    assertTrue(message.endsWith("or name a VAE in vae"), message);
    Model model = Model.find(new ModelNames(file.toString(), other.toString(), ""), temp);
    assertEquals(List.of(file, other), model.weightFiles());
    assertEquals("vae", Families.declare(model).components().get(4).name());
    assertEquals(0.18215, Families.declare(model).latents().scale());
  }

  /** A folder whose index names a VAE that is not there. */
  @Test
  void aFolderWithoutAutoencoderLoadsWithAnother() throws IOException {
    for (String part : List.of("unet", "text_encoder", "tokenizer", "scheduler")) {
      ModelCopies.into(temp.resolve("m").resolve(part), TestResources.SD1.resolve(part));
    }
    Files.copy(TestResources.SD1.resolve("model_index.json"), temp.resolve("m/model_index.json"));
    String message =
        assertThrows(IOException.class, () -> Model.open(temp.resolve("m"))).getMessage();
    assertTrue(message.contains("missing is vae"), message);
    String vae = TestResources.SD1.resolve("vae").toString();
    Model model = Model.find(new ModelNames("m", vae, ""), temp);
    assertEquals(
        Families.declare(Model.open(TestResources.SD1)).work().bytes(64, 64, 4),
        Families.declare(model).work().bytes(64, 64, 4));
    load(model).close();
  }

  @Test
  void aSmallOneInOneFileWithoutSettingsIsTheSame() throws IOException {
    Path weights = FOLDER.resolve("tiny/diffusion_pytorch_model.safetensors");
    Path file = temp.resolve("taesd.safetensors");
    Files.copy(weights, file);
    Golden golden = golden("tiny");
    try (LatentDiffusion model = load(Model.open(file));
        NDManager memory = model.manager().newSubManager()) {
      assertEquals(1, model.scalingFactor());
      near(golden, "latents", model.encode(golden.array("picture", memory), memory));
      near(golden, "decoded", model.decode(golden.array("latents", memory), memory));
    }
  }

  @Test
  void aSmallOneWithoutEncoderIsRefusedByItsTensor() throws IOException {
    Map<String, StoredTensor> decoder = new LinkedHashMap<>();
    TensorFile.read(FOLDER.resolve("tiny/diffusion_pytorch_model.safetensors"))
        .tensors()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith("decoder.")) decoder.put(name, tensor);
            });
    Path file = new TensorsWritten().copy(decoder).write(temp.resolve("half.safetensors"));
    String message = assertThrows(IOException.class, () -> load(Model.open(file))).getMessage();
    assertTrue(message.contains("encoder.layers.0"), message);
  }

  /** The scale of 4 channels without settings is that of the model's own. */
  @Test
  void ofFourChannelsTheModelTellsTheScale() throws IOException {
    Map<String, StoredTensor> own = Model.open(TestResources.SD1).tensors("vae");
    Path file = new TensorsWritten().copy(own).write(temp.resolve("ae.safetensors"));
    assertEquals(0.18215, Families.declare(Model.open(file)).latents().scale());
    Path copy = temp.resolve("scaled");
    ModelCopies.into(copy, TestResources.SD1);
    Path config = copy.resolve("vae/config.json");
    Files.writeString(
        config, Files.readString(config).replaceFirst("\\{", "{\"scaling_factor\": 0.5,"));
    Model model = Model.find(new ModelNames(copy.toString(), file.toString(), ""), temp);
    assertEquals(0.5, Families.declare(model).latents().scale());
  }

  @Test
  void aloneItHasNoDenoiserAndSaysSo() throws IOException {
    Declaration alone = Families.declare(Model.open(FOLDER.resolve("tiny")));
    assertFalse(alone.hasDenoiser());
    String message =
        assertThrows(IOException.class, () -> alone.requireDenoiser("mine")).getMessage();
    assertTrue(message.startsWith("The model mine is an autoencoder alone: a denoiser"), message);
  }

  @Test
  void itsMemoryIsThatOfTheAutoencoderNamed() throws IOException {
    assertEquals((4 * 8 * 4 + 40) * 512.0 * 512, bytes(sd1(FOLDER.resolve("tiny").toString())));
  }

  private static double bytes(Model model) throws IOException {
    return Families.declare(model).work().bytes(512, 512, 4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "latents_mean | [1, 2] | as many as the latents have channels, 8",
        "latents_std | [0, 1, 1, 1, 1, 1, 1, 1] | all above 0",
        "latents_std | null | both go together",
        "scaling_factor | 0 | above 0"
      })
  void aWrongScaleIsRefusedByItsKey(String key, String value, String expected) throws IOException {
    ModelCopies.into(temp.resolve("a"), FOLDER.resolve("normalised"));
    Path config = temp.resolve("a/config.json");
    String text =
        Files.readString(config)
            .replaceFirst("(?s)\"" + key + "\": (\\[.*?\\]|[\\d.]+)", "\"" + key + "\": " + value);
    Files.writeString(config, text);
    String message =
        assertThrows(IOException.class, () -> load(Model.open(temp.resolve("a")))).getMessage();
    assertTrue(message.contains(expected), message);
  }
}
