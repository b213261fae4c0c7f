/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sc.fiji.latentdiffusion.fixtures.TensorsWritten;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.library.ModelLoader;
import sc.fiji.latentdiffusion.models.tiny.DecoderTiny;
import sc.fiji.latentdiffusion.models.tiny.TinyDecoderFile;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;

/**
 * Compares small decoders in every form of file with diffusers' AutoencoderTiny; {@code
 * src/test/python/tiny.py} makes the files and the numbers.
 */
class TinyDecoderTest {

  private static final Path FOLDER = Golden.root().resolve("taesd");

  @TempDir Path models;

  private void place(String from, String to) throws IOException {
    Files.createDirectories(models.resolve(to).getParent());
    Files.copy(FOLDER.resolve(from), models.resolve(to));
  }

  @ParameterizedTest
  @CsvSource({
    "taesd_decoder.pth, taesd_decoder.pth, taesd, 2",
    "taesd_decoder.pth, vae_approx/taesd_decoder.pth, taesd, 2",
    "taesd/diffusion_pytorch_model.safetensors, taesd.safetensors, taesd, 2",
    "taesdxl_decoder.safetensors, taesdxl/taesdxl_decoder.safetensors, taesdxl, 4"
  })
  void filesAgreeWithDiffusers(String from, String to, String name, int factor) throws IOException {
    place(from, to);
    prove(name, factor);
  }

  @Test
  void aFolderAgreesWithDiffusers() throws IOException {
    place("taesd/config.json", "taesd/config.json");
    place("taesd/diffusion_pytorch_model.safetensors", "taesd/diffusion_pytorch_model.safetensors");
    prove("taesd", 2);
  }

  private void prove(String name, int factor) throws IOException {
    Golden golden = Golden.read(FOLDER.resolve("golden.safetensors"));
    try (NetworkProofs networks = new NetworkProofs();
        NDManager local = networks.manager().newSubManager()) {
      TinyDecoderFile file = TinyDecoderFile.find(name, models);
      DecoderTiny decoder = DecoderTiny.of(networks.weights(file.tensors()));
      assertEquals(factor, decoder.factor());
      assertEquals(4, decoder.latentChannels());
      golden.assertNear(
          name, 1, decoder.decode(golden.array("latents", local), local), NetworkProofs.STAGE);
    }
  }

  @Test
  void tensorOfAnotherShapeIsRefused() throws IOException {
    place("taesd_decoder.pth", "taesd_decoder.pth");
    Map<String, StoredTensor> tensors = TinyDecoderFile.find("taesd", models).tensors();
    StoredTensor other = tensors.get("layers.0.weight");
    try (NetworkProofs networks = new NetworkProofs()) {
      for (StoredTensor tensor : tensors.values()) {
        if (Arrays.equals(tensor.shape(), other.shape())) continue;
        Map<String, StoredTensor> wrong = new LinkedHashMap<>(tensors);
        wrong.put(tensor.name(), other.named(tensor.name()));
        String message =
            assertThrows(
                    IOException.class, () -> DecoderTiny.of(networks.headers(wrong)), tensor::name)
                .getMessage();
        assertTrue(message.contains(" has the shape [") && message.contains("expected ["), message);
      }
    }
  }

  @Test
  void biasThatIsMissingIsRefusedBeforeAnyPreview() throws IOException {
    place("taesd_decoder.pth", "taesd_decoder.pth");
    Map<String, StoredTensor> tensors = TinyDecoderFile.find("taesd", models).tensors();
    try (NetworkProofs networks = new NetworkProofs()) {
      for (String bias : tensors.keySet().stream().filter(n -> n.endsWith("bias")).toList()) {
        Map<String, StoredTensor> without = new LinkedHashMap<>(tensors);
        without.remove(bias);
        assertThrows(IOException.class, () -> DecoderTiny.of(networks.headers(without)), bias);
      }
    }
  }

  @Test
  void layerThatNoDecoderHasIsRefusedByItsName() throws IOException {
    new TensorsWritten()
        .add("1.weight", 1)
        .add("99999999999.weight", 1)
        .write(models.resolve("taesd.safetensors"));
    assertTrue(TinyDecoderFile.find("taesd", models).tensors().containsKey("99999999999.weight"));
  }

  @Test
  void aDecoderThatIsMissingOrForOtherLatentsIsRefusedWithWhatToDo() throws IOException {
    Path micro = Golden.root().resolve("models/micro-fp16");
    try (LatentDiffusion model = ModelLoader.load(Model.open(micro), "float32", Golden.DEVICE)) {
      String message = refusal(model);
      assertTrue(message.contains("expected a folder taesd"), message);
      assertTrue(message.contains("choose preview=linear"), message);
      place("taesdxl_decoder.safetensors", "taesd.safetensors");
      String other = refusal(model);
      assertTrue(other.contains("1/2 of the picture's width, found 4 channels"), other);
      Files.delete(models.resolve("taesd.safetensors"));
      place("../lora/kohya.safetensors", "taesd.safetensors");
      assertTrue(refusal(model).contains("is a LoRA, expected a small decoder"), refusal(model));
    }
  }

  private String refusal(LatentDiffusion model) {
    return assertThrows(IOException.class, () -> model.loadTinyDecoder(models)).getMessage();
  }
}
