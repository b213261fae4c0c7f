/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.zimage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.fixtures.PublishedTensors;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.TensorFile;
import sc.fiji.latentdiffusion.io.model.SingleFile;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.TensorHeaders;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * Every tensor of the published transformer under its original name. {@code
 * src/test/python/flux_file.py} makes the table, proven with diffusers' own conversion.
 */
class ZImageNamesTest {

  private static final Config PUBLISHED = Config.of(Map.of(), "test");

  @PyTorch private NDManager manager;

  @PyTorch private Kernels kernels;

  private static Map<String, StoredTensor> tensors() throws IOException {
    return ZImageNames.toDiffusers(PublishedTensors.stored(PublishedTensors.read("z-image")));
  }

  private ZImageTransformer2DModel built(Map<String, StoredTensor> tensors) throws IOException {
    try (TensorHeaders headers = new TensorHeaders(tensors, manager, kernels, Precision.FLOAT16)) {
      return ZImageTransformer2DModel.of(Weights.of(headers), PUBLISHED);
    }
  }

  @Test
  void everyTensorHasTheNameThatDiffusersGivesIt() throws IOException {
    List<PublishedTensors> rows = PublishedTensors.read("z-image");
    Map<String, StoredTensor> original = PublishedTensors.stored(rows);
    Map<String, StoredTensor> found = ZImageNames.toDiffusers(original);
    for (PublishedTensors row : rows) {
      StoredTensor tensor = found.get(row.target().substring("transformer/".length()));
      StoredTensor whole = original.get(row.original());
      long length = whole.byteCount() / row.parts();
      assertEquals(whole.start() + row.first() * length, tensor.start(), row::toString);
      assertEquals(length, tensor.byteCount(), row::toString);
    }
    assertEquals(521, found.size());
    assertEquals(453, original.size());
  }

  private static SingleFile model(Map<String, StoredTensor> tensors) throws IOException {
    return SingleFile.of(Path.of("published.safetensors"), new TensorFile(tensors, Map.of()));
  }

  @Test
  void settingsFollowFromTheTensorsAndMissingPartsAreNamed() throws IOException {
    Map<String, StoredTensor> all = PublishedTensors.stored(PublishedTensors.read("z-image"));
    StoredTensor any = all.values().iterator().next();
    String alone = assertThrows(IOException.class, () -> model(all)).getMessage();
    assertTrue(alone.contains("has the transformer of Z-Image but no text encoder"), alone);
    all.put("text_encoders.qwen3_4b.transformer.model.norm.weight", any);
    String some = assertThrows(IOException.class, () -> model(all)).getMessage();
    assertTrue(some.contains("Z-Image but no VAE"), some);
    all.put("vae.decoder.conv_in.weight", any);
    SingleFile file = model(all);
    assertTrue(new ZImage().fits(file));
    assertEquals(30, file.config("transformer").integer("n_heads"));
    assertEquals(3, file.config("scheduler").number("shift", 0));
    assertTrue(file.notes().get(0).contains("Z-Image-Turbo"), file.notes()::toString);
    all.keySet().removeAll(List.of("x_pad_token", "cap_pad_token"));
    String lumina = assertThrows(IOException.class, () -> model(all)).getMessage();
    assertTrue(lumina.contains("is Lumina in one file"), lumina);
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
