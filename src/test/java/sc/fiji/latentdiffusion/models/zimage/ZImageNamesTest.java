package sc.fiji.latentdiffusion.models.zimage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.fixtures.PublishedTensors;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.TensorHeaders;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * Every tensor of the published transformer. {@code src/test/python/flux_file.py} makes the table
 * of diffusers' class.
 */
class ZImageNamesTest {

  private static final Config PUBLISHED = Config.of(Map.of(), "test");

  @PyTorch private NDManager manager;

  @PyTorch private Kernels kernels;

  private static Map<String, StoredTensor> tensors() throws IOException {
    List<PublishedTensors> rows = PublishedTensors.read("z-image");
    Map<String, StoredTensor> tensors = PublishedTensors.stored(rows);
    assertEquals(521, tensors.size());
    return tensors;
  }

  private ZImageTransformer2DModel built(Map<String, StoredTensor> tensors) throws IOException {
    try (TensorHeaders headers = new TensorHeaders(tensors, manager, kernels, Precision.FLOAT16)) {
      return ZImageTransformer2DModel.of(Weights.of(headers), PUBLISHED);
    }
  }

  @Test
  void everyTensorIsReadAndNoneLeft() throws IOException {
    ZImageTransformer2DModel model = built(tensors());
    assertEquals(16, model.channels());
    assertEquals(2560, model.stateWidth());
  }

  @Test
  void aMissingTensorAndAnUnreadOneAreNamed() throws IOException {
    Map<String, StoredTensor> fewer = tensors();
    String gone = "layers.29.feed_forward.w3.weight";
    StoredTensor tensor = fewer.remove(gone);
    String missing = assertThrows(IOException.class, () -> built(fewer)).getMessage();
    assertTrue(missing.contains(gone), missing);
    Map<String, StoredTensor> more = tensors();
    more.put("layers.29.extra.weight", tensor.named("layers.29.extra.weight"));
    String unread = assertThrows(IOException.class, () -> built(more)).getMessage();
    assertTrue(unread.contains("layers.29.extra.weight"), unread);
  }
}
