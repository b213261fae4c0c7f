/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.models.clip.CLIPTextModel;
import sc.fiji.latentdiffusion.models.unet.UNet2DConditionModel;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * Compares networks alone in every configuration with diffusers; each folder of goldens is a case.
 */
class NetworkConfigurationsTest {

  private NetworkProofs networks;

  @BeforeEach
  void open() throws IOException {
    networks = new NetworkProofs();
  }

  @AfterEach
  void close() {
    networks.close();
  }

  static Stream<Path> unets() {
    return Golden.folders("unet");
  }

  static Stream<Path> vaes() {
    return Golden.folders("vae");
  }

  static Stream<Path> textEncoders() {
    return Golden.folders("text_encoder");
  }

  private static Golden golden(Path folder) throws IOException {
    return Golden.read(folder.resolve("golden.safetensors"));
  }

  @ParameterizedTest
  @MethodSource("unets")
  void unetAgreesWithDiffusers(Path folder) throws IOException {
    networks.prove(
        networks.unet(NetworkProofs.tensors(folder), NetworkProofs.config(folder)), golden(folder));
  }

  @ParameterizedTest
  @MethodSource("vaes")
  void vaeAgreesWithDiffusersBothWays(Path folder) throws IOException {
    networks.prove(
        networks.vae(NetworkProofs.tensors(folder), NetworkProofs.config(folder)), golden(folder));
  }

  @ParameterizedTest
  @MethodSource("unets")
  void unetAgreesInTheCodeThatAGpuRuns(Path folder) throws IOException {
    try (NetworkProofs gpu = new NetworkProofs(true)) {
      gpu.prove(
          gpu.unet(NetworkProofs.tensors(folder), NetworkProofs.config(folder)), golden(folder));
    }
  }

  @ParameterizedTest
  @MethodSource("vaes")
  void vaeAgreesInTheCodeThatAGpuRuns(Path folder) throws IOException {
    try (NetworkProofs gpu = new NetworkProofs(true)) {
      gpu.prove(
          gpu.vae(NetworkProofs.tensors(folder), NetworkProofs.config(folder)), golden(folder));
    }
  }

  @ParameterizedTest
  @MethodSource("textEncoders")
  void textEncoderAgreesWithTransformers(Path folder) throws IOException {
    networks.prove(
        networks.text(NetworkProofs.tensors(folder), NetworkProofs.config(folder)), golden(folder));
  }

  @Test
  void tableOfPositionsMayHaveThePrefixThatTheOthersLack() throws IOException {
    Path folder = Golden.root().resolve("text_encoder/gelu-eight-heads-no-prefix");
    Map<String, StoredTensor> tensors = new LinkedHashMap<>(NetworkProofs.tensors(folder));
    StoredTensor any = tensors.values().iterator().next();
    tensors.put("text_model.embeddings.position_ids", any);
    networks.prove(networks.text(tensors, NetworkProofs.config(folder)), golden(folder));
  }

  /**
   * transformers runs three layers of five the same way: three layers, then the final layer norm.
   */
  @Test
  void aTextEncoderHasAsManyLayersAsItsConfigSays() throws IOException {
    Path folder = Golden.root().resolve("text_encoder/five-layers-float32");
    Map<String, Object> fewer = new HashMap<>(NetworkProofs.config(folder).toMap());
    fewer.put("num_hidden_layers", 3);
    CLIPTextModel whole =
        networks.text(NetworkProofs.tensors(folder), NetworkProofs.config(folder));
    CLIPTextModel three =
        networks.text(NetworkProofs.tensors(folder), Config.of(fewer, "config.json"));
    long[][] ids = golden(folder).rows("ids");
    try (NDManager manager = networks.manager().newSubManager()) {
      NDArray expected = whole.forward(ids, 2, null, manager);
      assertArrayEquals(
          expected.toFloatArray(), three.forward(ids, 0, null, manager).toFloatArray());
    }
  }

  @Test
  void unetThatTakesTheGuidanceScaleAgreesWithDiffusers() throws IOException {
    Path folder = Golden.root().resolve("lcm");
    UNet2DConditionModel unet =
        networks.unet(NetworkProofs.tensors(folder), NetworkProofs.config(folder));
    assertTrue(unet.knowsGuidance());
    networks.proveGuidance(unet, golden(folder));
  }
}
