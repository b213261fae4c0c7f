/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.pixart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.fixtures.PublishedTensors;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.TensorHeaders;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * Every tensor of the published transformers. {@code src/test/python/pixart.py} makes the table of
 * diffusers' class.
 */
class PixArtNamesTest {

  @PyTorch private NDManager manager;

  @PyTorch private Kernels kernels;

  private static Map<String, StoredTensor> tensors(String name) throws IOException {
    return PublishedTensors.stored(PublishedTensors.read("pixart-" + name));
  }

  private PixArtTransformer2DModel built(Map<String, StoredTensor> tensors, boolean sizes)
      throws IOException {
    Config published = Config.of(Map.of("use_additional_conditions", sizes), "test");
    try (TensorHeaders headers = new TensorHeaders(tensors, manager, kernels, Precision.FLOAT16)) {
      return PixArtTransformer2DModel.of(Weights.of(headers), published);
    }
  }

  @ParameterizedTest
  @CsvSource({"sigma, false, 603", "alpha, true, 611"})
  void everyTensorIsReadAndNoneLeft(String name, boolean sizes, int count) throws IOException {
    Map<String, StoredTensor> tensors = tensors(name);
    assertEquals(count, tensors.size());
    PixArtTransformer2DModel model = built(tensors, sizes);
    assertEquals(4, model.channels());
    assertEquals(4096, model.stateWidth());
  }

  @Test
  void aMissingTensorAndAnUnreadOneAreNamed() throws IOException {
    Map<String, StoredTensor> fewer = tensors("sigma");
    String gone = "transformer_blocks.27.attn2.to_v.weight";
    StoredTensor tensor = fewer.remove(gone);
    String missing = assertThrows(IOException.class, () -> built(fewer, false)).getMessage();
    assertTrue(missing.contains(gone), missing);
    Map<String, StoredTensor> more = tensors("sigma");
    more.put("transformer_blocks.27.extra", tensor.named("transformer_blocks.27.extra"));
    String unread = assertThrows(IOException.class, () -> built(more, false)).getMessage();
    assertTrue(unread.contains("transformer_blocks.27.extra"), unread);
  }

  /** The setting and the weights of PixArt-α belong together. */
  @Test
  void sizesThatTheSettingsDoNotNameAreLeftOver() throws IOException {
    Map<String, StoredTensor> tensors = tensors("alpha");
    String unread = assertThrows(IOException.class, () -> built(tensors, false)).getMessage();
    assertTrue(unread.contains("resolution_embedder"), unread);
  }
}
