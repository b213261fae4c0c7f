/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.addons.Added;
import sc.fiji.latentdiffusion.engine.Hardware;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.ModelFolder;
import sc.fiji.latentdiffusion.library.ModelLoader;
import sc.fiji.latentdiffusion.models.TestLoading;

/**
 * A VAE runs in float32 only if its numbers leave the range of float16. A GPU's precision is tried
 * on the CPU, which takes long for models larger than this.
 */
class Float16RangeTest {

  /**
   * A factor that takes the outputs of the first convolutions beyond 65,504, but not their weights.
   */
  private static final float LARGE = 2e5f;

  @TempDir Path folder;

  @Test
  void aVaeBeyondTheRangeRunsInFloat32() throws IOException {
    ModelCopies.into(folder, TestResources.SD1);
    enlarge("encoder.conv_in.weight");
    enlarge("decoder.conv_in.weight");
    try (LatentDiffusion narrow = load(folder, Precision.FLOAT16);
        LatentDiffusion wide = load(folder, Precision.FLOAT32)) {
      assertArrayEquals(encoded(wide), encoded(narrow));
      assertArrayEquals(decoded(wide), decoded(narrow));
      assertTrue(TestLoading.vae(narrow.networks()).inFloat32().orElseThrow().decoder().isLoaded());
      assertTrue(TestLoading.vae(wide.networks()).inFloat32().isEmpty());
    }
  }

  @Test
  void aVaeWithinTheRangeRunsInFloat16Alone() throws IOException {
    Path model = TestResources.SD1;
    try (LatentDiffusion narrow = load(model, Precision.FLOAT16);
        LatentDiffusion wide = load(model, Precision.FLOAT32)) {
      assertArrayEquals(encoded(wide), encoded(narrow), 0.02f);
      assertArrayEquals(decoded(wide), decoded(narrow), 0.02f);
      assertFalse(
          TestLoading.vae(narrow.networks()).inFloat32().orElseThrow().decoder().isLoaded());
    }
  }

  private static LatentDiffusion load(Path path, Precision precision) throws IOException {
    Model model = ModelFolder.open(path);
    Hardware hardware = new Hardware(Device.cpu(), precision);
    return ModelLoader.load(model, Added.NONE, hardware, 1L << 40);
  }

  private static float[] encoded(LatentDiffusion model) {
    return model.encode(waves(model, 3, 32), model.manager()).toFloatArray();
  }

  private static float[] decoded(LatentDiffusion model) {
    return model.decode(waves(model, 4, 4), model.manager()).toFloatArray();
  }

  private static NDArray waves(LatentDiffusion model, int channels, int size) {
    Shape shape = new Shape(1, channels, size, size);
    return model
        .manager()
        .arange(0, shape.size(), 1, DataType.FLOAT32)
        .mul(0.7f)
        .sin()
        .reshape(shape);
  }

  /** Multiplies a tensor of the VAE's file in place. */
  private void enlarge(String name) throws IOException {
    Path file = folder.resolve("vae/diffusion_pytorch_model.safetensors");
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int length = (int) bytes.getLong(0);
    String header = new String(bytes.array(), 8, length, StandardCharsets.UTF_8);
    JsonObject tensor = JsonParser.parseString(header).getAsJsonObject().getAsJsonObject(name);
    assertEquals("F32", tensor.get("dtype").getAsString());
    JsonArray offsets = tensor.getAsJsonArray("data_offsets");
    int begin = 8 + length;
    for (int at = offsets.get(0).getAsInt(); at < offsets.get(1).getAsInt(); at += Float.BYTES) {
      bytes.putFloat(begin + at, LARGE * bytes.getFloat(begin + at));
    }
    Files.write(file, bytes.array());
  }
}
