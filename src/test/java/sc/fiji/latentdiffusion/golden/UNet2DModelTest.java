/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.Json;
import sc.fiji.latentdiffusion.models.unet.KeptStates;
import sc.fiji.latentdiffusion.models.unet2d.UNet2DModel;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * U-Nets without prompts, all that their config expresses. {@code src/test/python/unet2d.py} makes
 * the goldens.
 */
class UNet2DModelTest {

  private static final Path FOLDER = TestResources.golden("unet2d");
  private static final String REFUSED = "refused.json";

  private NetworkProofs proofs;

  @BeforeEach
  void open() throws IOException {
    proofs = new NetworkProofs();
  }

  @AfterEach
  void close() {
    proofs.close();
  }

  static Stream<Path> networks() {
    return Golden.folders("unet2d").filter(Files::isDirectory);
  }

  static Stream<String> refused() throws IOException {
    return Json.config(FOLDER.resolve(REFUSED)).toMap().keySet().stream();
  }

  private UNet2DModel network(Path folder, Config config) throws IOException {
    return UNet2DModel.of(proofs.weights(NetworkProofs.tensors(folder)), config);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void outputsAgreeWithDiffusers(Path folder) throws IOException {
    UNet2DModel unet = network(folder, NetworkProofs.config(folder));
    Golden golden = Golden.read(folder.resolve("golden.safetensors"));
    try (NDManager local = proofs.manager().newSubManager()) {
      NDArray sample = golden.array("sample", local);
      for (String end : golden.ends("out.")) {
        int dot = end.lastIndexOf('.');
        double timestep = Double.parseDouble(end.substring(0, dot));
        int label = Integer.parseInt(end.substring(dot + 1));
        NDArray out = unet.forward(sample, timestep, label);
        golden.assertNear("out." + end, 1, out, NetworkProofs.STAGE);
      }
    }
  }

  /** The last resnet, from what was kept at the same input, gives the whole network's output. */
  @ParameterizedTest
  @MethodSource("networks")
  void whatIsKeptTakesThePlaceOfTheInnerLevels(Path folder) throws IOException {
    UNet2DModel unet = network(folder, NetworkProofs.config(folder));
    try (NDManager local = proofs.manager().newSubManager()) {
      NDArray sample = Golden.read(folder.resolve("golden.safetensors")).array("sample", local);
      int label = unet.classes() > 0 ? 1 : 0;
      KeptStates states = new KeptStates(local);
      NDArray whole = unet.forward(sample, 500, label);
      assertEquals(whole, unet.forwardKeeping(sample, 500, label, states));
      assertEquals(whole, unet.forwardFrom(sample, 500, label, states));
      NDArray other = sample.mul(0.5);
      NDArray reused = unet.forwardFrom(other, 100, label, states);
      assertNotEquals(whole, reused);
      assertNotEquals(unet.forward(other, 100, label), reused);
    }
  }

  @ParameterizedTest
  @MethodSource("refused")
  void settingsThatCanNotBeRunAreRefusedByName(String key) throws IOException {
    Path folder = FOLDER.resolve("ddpm");
    Map<String, Object> keys = new LinkedHashMap<>(NetworkProofs.config(folder).toMap());
    keys.put(key, Json.config(FOLDER.resolve(REFUSED)).toMap().get(key));
    Config config = Config.of(keys, "config.json");
    IOException e = assertThrows(IOException.class, () -> network(folder, config));
    assertTrue(e.getMessage().contains(key), e::getMessage);
  }

  @Test
  void headsThatDoNotDivideTheChannelsAreRefused() throws IOException {
    Path folder = FOLDER.resolve("grey");
    Map<String, Object> keys = new LinkedHashMap<>(NetworkProofs.config(folder).toMap());
    keys.put("attention_head_dim", 3);
    Config config = Config.of(keys, "config.json");
    IOException e = assertThrows(IOException.class, () -> network(folder, config));
    assertTrue(e.getMessage().contains("attention_head_dim = 3"), e::getMessage);
  }

  @Test
  void channelsAndClassesAreTold() throws IOException {
    Path folder = FOLDER.resolve("classes");
    UNet2DModel unet = network(folder, NetworkProofs.config(folder));
    assertEquals(1, unet.inChannels());
    assertEquals(5, unet.classes());
    assertEquals(2, unet.factor());
    Path seeing = FOLDER.resolve("seeing");
    assertEquals(1, network(seeing, NetworkProofs.config(seeing)).outChannels());
  }

  /** The logarithm of 0 is no number. */
  @Test
  void fourierFeaturesRefuseTheTimestepZero() throws IOException {
    Path folder = FOLDER.resolve("fourier");
    UNet2DModel unet = network(folder, NetworkProofs.config(folder));
    try (NDManager local = proofs.manager().newSubManager()) {
      NDArray sample = Golden.read(folder.resolve("golden.safetensors")).array("sample", local);
      var e = assertThrows(IllegalArgumentException.class, () -> unet.forward(sample, 0, 0));
      assertTrue(e.getMessage().contains("greater than 0"), e::getMessage);
    }
  }
}
