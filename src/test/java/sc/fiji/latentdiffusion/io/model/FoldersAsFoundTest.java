/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders of models as they occur: with more files, with fewer, and with links. */
class FoldersAsFoundTest {

  private static final String UNET = "unet/diffusion_pytorch_model.safetensors";

  @TempDir Path temp;
  private Path folder;
  private ModelFiles files;

  @BeforeEach
  void writeModel() throws IOException {
    folder = temp.resolve("sd15");
    files = ModelFiles.whole(folder);
  }

  private void name(String component, String value) throws IOException {
    String index = Files.readString(files.path("model_index.json"));
    files.text(
        "model_index.json", index.replaceFirst("\\{", "{\"" + component + "\": " + value + ","));
  }

  @ParameterizedTest
  @ValueSource(strings = {"safety_checker", "feature_extractor", "image_encoder"})
  void whatNoPictureNeedsMayBeNullOrNamedOrThere(String component) throws IOException {
    String index = Files.readString(files.path("model_index.json"));
    String sum = ModelFolder.open(folder).sha256();
    for (String value : new String[] {"null", "[null, null]", "[\"transformers\", \"X\"]"}) {
      String without = index.replaceAll("(?s)\"" + component + "\": \\[[^]]*\\],", "");
      files.text(
          "model_index.json",
          without.replaceFirst("\\{", "{\"" + component + "\": " + value + ","));
      assertFalse(ModelFolder.open(folder).has(component), value);
    }
    files.text(component + "/config.json", "{}");
    files.tensors(component + "/model.safetensors", "x");
    ModelFolder model = ModelFolder.open(folder);
    assertFalse(model.has(component));
    assertEquals(sum, model.sha256());
    assertEquals(List.of(), model.notes());
  }

  @Test
  void componentsThatAreNotKnownAreNeitherNeededNorReadButTold() throws IOException {
    String sum = ModelFolder.open(folder).sha256();
    name("watcher", "[\"my_library\", \"Watcher\"]");
    name("motion_adapter", "[\"diffusers\", \"MotionAdapter\"]");
    files.tensors("motion_adapter/diffusion_pytorch_model.safetensors", "x");
    ModelFolder model = ModelFolder.open(folder);
    assertFalse(model.has("watcher"));
    assertFalse(model.has("motion_adapter"));
    assertEquals(sum, model.sha256());
    assertEquals(1, model.notes().size());
    assertTrue(model.notes().get(0).contains("not used here: motion_adapter, watcher."));
  }

  @Test
  void fullAndHalfPrecisionAndPicklesMayLieSideBySide() throws IOException {
    files.tensors("unet/diffusion_pytorch_model.fp16.safetensors", "half");
    files.text("unet/diffusion_pytorch_model.bin", "never read");
    files.text("unet/diffusion_pytorch_model.fp16.bin", "never read");
    files.text("unet/diffusion_flax_model.msgpack", "never read");
    files.text("text_encoder/pytorch_model.bin", "never read");
    files.text("text_encoder/model.onnx", "never read");
    ModelFolder model = ModelFolder.open(folder);
    assertEquals(List.of("unet"), List.copyOf(model.tensors("unet").keySet()));
    assertEquals(List.of("text"), List.copyOf(model.tensors("text_encoder").keySet()));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void snapshotOfTheHubsCacheIsFollowedToItsBlobs() throws IOException {
    files.delete(UNET);
    files.tensors("unet/m-00001-of-00002.safetensors", "a");
    files.tensors("unet/m-00002-of-00002.safetensors", "b");
    files.text(
        UNET + ".index.json",
        "{\"weight_map\": {\"a\": \"m-00001-of-00002.safetensors\","
            + " \"b\": \"m-00002-of-00002.safetensors\"}}");
    Path cache = temp.resolve("hub/models--owner--sd15");
    Path snapshot = cached(cache);
    ModelFolder model = ModelFolder.open(snapshot);
    assertEquals(List.of("a", "b"), List.copyOf(model.tensors("unet").keySet()));
    assertEquals(ModelFolder.open(folder).sha256(), model.sha256());
    assertEquals(4, model.config("unet").integer("in_channels"));
    assertEquals(List.of(snapshot), ModelScan.of(temp.resolve("hub"), name -> false));
    String name = temp.resolve("hub").relativize(snapshot).toString();
    assertEquals(snapshot, Model.find(name, temp.resolve("hub")).path());
  }

  /** Makes a folder of huggingface_hub: files are links to blobs named by their checksums. */
  private Path cached(Path cache) throws IOException {
    Path blobs = Files.createDirectories(cache.resolve("blobs"));
    Path snapshot = cache.resolve("snapshots/0af3b9");
    Files.createDirectories(cache.resolve("refs"));
    Files.writeString(cache.resolve("refs/main"), "0af3b9");
    List<Path> all;
    try (Stream<Path> walk = Files.walk(folder)) {
      all = walk.filter(Files::isRegularFile).toList();
    }
    for (Path file : all) {
      Path blob = Files.copy(file, blobs.resolve("%064x".formatted(all.indexOf(file))));
      Path link = snapshot.resolve(folder.relativize(file).toString());
      Files.createDirectories(link.getParent());
      Files.createSymbolicLink(link, link.getParent().relativize(blob));
    }
    return snapshot;
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void componentMayBeALinkToAnotherModels() throws IOException {
    Path other = temp.resolve("other");
    ModelFiles.whole(other).tensors("vae/diffusion_pytorch_model.safetensors", "better");
    files.delete("vae");
    Files.createSymbolicLink(files.path("vae"), other.resolve("vae"));
    assertEquals(List.of("better"), List.copyOf(ModelFolder.open(folder).tensors("vae").keySet()));
  }
}
