/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.addons.controlnet.ControlNetModel;
import sc.fiji.latentdiffusion.fixtures.TensorsWritten;
import sc.fiji.latentdiffusion.io.SafeTensors;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.models.clip.CLIPTextModel;
import sc.fiji.latentdiffusion.models.unet.UNet2DConditionModel;
import sc.fiji.latentdiffusion.models.vae.VaeDecoder;
import sc.fiji.latentdiffusion.models.vae.VaeEncoder;
import sc.fiji.latentdiffusion.settings.Config;

/** Replaces each tensor in turn by one of every other shape that the network has. */
class WrongShapesTest {

  /**
   * Tensors whose sizes differ within a family: numbers of words, positions, colours and latents.
   */
  private static final Pattern FREE =
      Pattern.compile(
          "(encoder\\.|decoder\\.)?conv_(in|out)\\..*|.*embedding\\.(weight|linear_1.weight)|.*quant_conv.*");

  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unet/float32",
        "control/edges",
        "vae/old-attention",
        "vae/attention-in-levels",
        "text_encoder/quick-gelu"
      })
  void tensorOfAnotherShapeIsRefusedWithWhatWasExpectedAndFound(String name) throws IOException {
    Path folder = Golden.root().resolve(name);
    Map<String, StoredTensor> tensors = NetworkProofs.tensors(folder);
    Config config = NetworkProofs.config(folder);
    try (NetworkProofs networks = new NetworkProofs()) {
      for (StoredTensor tensor : tensors.values()) {
        if (FREE.matcher(tensor.name()).matches()) continue;
        for (StoredTensor other : others(tensor, tensors)) {
          Map<String, StoredTensor> wrong = new LinkedHashMap<>(tensors);
          wrong.put(tensor.name(), other.named(tensor.name()));
          String told = tensor + " as " + Arrays.toString(other.shape());
          IOException e =
              assertThrows(IOException.class, () -> build(networks, name, wrong, config), told);
          assertTold(told, e.getMessage());
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "unet/float32, conv_in",
    "unet/float32, conv_out",
    "control/edges, conv_in",
    "vae/old-attention, encoder.conv_in",
    "vae/old-attention, encoder.conv_out",
    "vae/old-attention, decoder.conv_in",
    "vae/old-attention, decoder.conv_out",
  })
  void firstOrLastConvolutionThatIsNotSquareAndOddIsRefused(String name, String layer)
      throws IOException {
    Path folder = Golden.root().resolve(name);
    String weight = layer + ".weight";
    Map<String, StoredTensor> tensors = new LinkedHashMap<>(NetworkProofs.tensors(folder));
    long[] own = tensors.get(weight).shape();
    try (NetworkProofs networks = new NetworkProofs()) {
      for (long[] size : new long[][] {{4, 3}, {3, 4}, {1, 3}, {3, 1}, {2, 2}}) {
        Path file = temp.resolve("x.safetensors");
        new TensorsWritten().add(weight, own[0], own[1], size[0], size[1]).write(file);
        tensors.putAll(SafeTensors.read(file));
        IOException e =
            assertThrows(
                IOException.class,
                () -> build(networks, name, tensors, NetworkProofs.config(folder)),
                () -> Arrays.toString(size));
        assertTold(weight, e.getMessage());
      }
    }
  }

  /** Returns one tensor of each other shape. */
  private static List<StoredTensor> others(StoredTensor tensor, Map<String, StoredTensor> all) {
    Map<String, StoredTensor> byShape = new LinkedHashMap<>();
    all.values().forEach(other -> byShape.putIfAbsent(Arrays.toString(other.shape()), other));
    String own = asLinear(tensor);
    byShape.values().removeIf(other -> asLinear(other).equals(own));
    return List.copyOf(byShape.values());
  }

  /** Returns a shape; a convolution of one pixel has the shape of a linear layer. */
  private static String asLinear(StoredTensor tensor) {
    return Arrays.toString(tensor.shape()).replace(", 1, 1]", "]");
  }

  private static void build(
      NetworkProofs networks, String name, Map<String, StoredTensor> tensors, Config config)
      throws IOException {
    switch (name.substring(0, name.indexOf('/'))) {
      case "unet" -> UNet2DConditionModel.of(networks.headers(tensors), config);
      case "control" -> ControlNetModel.of(networks.headers(tensors), config);
      case "vae" -> {
        VaeEncoder.of(networks.headers(tensors), config);
        VaeDecoder.of(networks.headers(tensors), config);
      }
      default -> CLIPTextModel.of(networks.headers(tensors), config);
    }
  }

  /** Checks that a message says what is wrong, what was expected and what to do. */
  private static void assertTold(String told, String message) {
    boolean shape =
        message.contains(" has the shape [")
            && message.contains("; expected [")
            && message.contains(": copy or download it again, or choose another model.");
    boolean contradicts =
        message.contains("does not divide the ")
            && message.endsWith(": config and weights belong to different models.");
    assertTrue(shape || contradicts, told + ": " + message);
  }
}
