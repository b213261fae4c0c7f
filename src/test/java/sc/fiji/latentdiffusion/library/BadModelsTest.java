/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.library;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.addons.AddOns;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.pipeline.TestModels;

/**
 * A damaged model is refused with what was expected, what was found and what to do, and the
 * pictures of another model do not change.
 */
class BadModelsTest {

  private static final String UNET = "unet/diffusion_pytorch_model.fp16.safetensors";
  private static final String VAE = "vae/diffusion_pytorch_model.fp16.safetensors";
  private static final Request REQUEST =
      Request.defaults().withSize(16, 16).withSteps(2).withSeed(3).withPrompt("a cell", "dim");

  @TempDir Path folder;
  private final LoadedModels models = new LoadedModels();
  private Path bad;

  @BeforeEach
  void copy() throws IOException {
    copy("good");
    bad = copy("bad");
  }

  @AfterEach
  void close() {
    models.close();
  }

  private Path copy(String name) throws IOException {
    Path from = TestResources.MICRO;
    ModelCopies.into(folder.resolve(name), from);
    return folder.resolve(name);
  }

  private LatentDiffusion get(String model, String lora) throws IOException {
    return models.get(model, AddOns.NONE.with("lora", lora).find(folder), folder, "float32", "cpu");
  }

  private float[] latents(String model, String lora) throws IOException {
    try (Run run = get(model, lora).textToImage(REQUEST)) {
      run.forEach(evaluated -> {});
      return run.latents().toFloatArray();
    }
  }

  private void refused(String... parts) throws IOException {
    float[] before = latents("good", "");
    IOException e = assertThrows(IOException.class, () -> get("bad", ""));
    for (String part : parts) assertTrue(e.getMessage().contains(part), e::getMessage);
    assertArrayEquals(before, latents("good", ""));
  }

  private void replace(String file, String text, String by) throws IOException {
    String before = Files.readString(bad.resolve(file), StandardCharsets.ISO_8859_1);
    assertTrue(before.contains(text), before.substring(0, 400));
    Files.writeString(bad.resolve(file), before.replace(text, by), StandardCharsets.ISO_8859_1);
  }

  @Test
  void tensorOfAnotherShapeIsRefused() throws IOException {
    String name = "\"down_blocks.0.resnets.0.conv1.weight\":{\"dtype\":\"F16\",\"shape\":";
    replace(UNET, name + "[4,4,3,3]", name + "[4,4,1,9]");
    refused(
        "The tensor down_blocks.0.resnets.0.conv1.weight in " + bad.resolve(UNET),
        " has the shape [4, 4, 1, 9]; expected [4, 4, 3, 3]",
        "copy or download it again, or choose another model.");
  }

  @Test
  void incompleteDownloadIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(bad.resolve(UNET));
    Files.write(bad.resolve(UNET), Arrays.copyOf(whole, whole.length - 1000));
    refused(
        bad.resolve(UNET) + " is truncated: expected " + whole.length + " bytes",
        "found " + (whole.length - 1000),
        "; copy or download it again");
  }

  @Test
  void configThatContradictsTheWeightsIsRefused() throws IOException {
    replace("unet/config.json", "\"norm_num_groups\": 2", "\"norm_num_groups\": 3");
    refused(
        "norm_num_groups = 3 does not divide the 4 channels that the weights have",
        "config and weights belong to different models");
  }

  @Test
  void pickleWithAProgramIsRefused() throws IOException {
    Files.delete(bad.resolve(VAE));
    Path file = bad.resolve("vae/diffusion_pytorch_model.bin");
    Path trace = folder.resolve("trace");
    String command = "touch " + trace;
    String program = "cposix\nsystem\n(U" + (char) command.length() + command + "tR.";
    Files.writeString(file, "\u0080\u0002" + program, StandardCharsets.ISO_8859_1);
    refused(
        file + " is not read: its pickle asks for posix.system, which no file of weights needs",
        "it was refused and nothing was executed",
        "; copy or download it again, or take the model's safetensors file");
    assertFalse(Files.exists(trace));
  }

  @Test
  void zipThatUnpacksToManyTimesItsSizeIsRefused() throws IOException {
    Files.delete(bad.resolve(VAE));
    Path file = bad.resolve("vae/diffusion_pytorch_model.bin");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("x/data.pkl"));
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 64; i++) zip.write(zeros);
    }
    refused(
        file + " is not read: its entry x/data.pkl is compressed; torch.save stores them",
        "; copy or download it again");
  }

  @Test
  void partsThatDoNotFitEachOtherAreRefused() throws IOException {
    for (String name : List.of("config.json", "diffusion_pytorch_model.fp16.safetensors")) {
      Files.delete(bad.resolve("unet").resolve(name));
    }
    Path other = TestResources.SD1.resolve("unet");
    for (String name : List.of("config.json", "diffusion_pytorch_model.safetensors")) {
      Files.copy(other.resolve(name), bad.resolve("unet").resolve(name));
    }
    refused("takes a conditioning of 24 numbers, the text encoders give 16", "different models");
  }

  /** The VAE alone decides what latents become. */
  @Test
  void vaeMayBeThatOfAnotherModel() throws IOException {
    Path sd1 = TestResources.SD1.resolve("vae");
    Files.delete(bad.resolve(VAE));
    Files.delete(bad.resolve("vae/config.json"));
    for (String name : List.of("config.json", "diffusion_pytorch_model.safetensors")) {
      Files.copy(sd1.resolve(name), bad.resolve("vae").resolve(name));
    }
    try (LatentDiffusion other = TestModels.load("sd1");
        Run run = get("bad", "").textToImage(REQUEST.withSize(64, 64))) {
      run.forEach(evaluated -> {});
      float[] found =
          get("bad", "").decode(run.latents(), run.latents().getManager()).toFloatArray();
      float[] expected = other.decode(run.latents(), run.latents().getManager()).toFloatArray();
      assertArrayEquals(expected, found);
    }
  }

  @Test
  void pathsMayHaveSpacesAndAnyLetters() throws IOException {
    Path place = folder.resolve("Größe 模型 (1), v2/lora");
    Files.createDirectories(place);
    Files.move(bad, place.resolveSibling("ёлка & co"));
    Path lora = TestResources.golden("lora/micro.safetensors");
    Files.copy(lora, place.resolve("ö, ü.safetensors"));
    Files.createDirectories(folder.resolve("lora"));
    Files.copy(lora, folder.resolve("lora/plain.safetensors"));
    float[] plain = latents("good", "plain:0.5");
    String model = place.resolveSibling("ёлка & co").toString();
    assertArrayEquals(plain, latents(model, "'" + place.resolve("ö, ü.safetensors") + "':0.5"));
  }
}
