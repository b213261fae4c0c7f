/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.library;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.Checksum;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;

/** Files of a loaded model that are replaced are used from the next run on, and never mixed. */
class ReplacedFilesTest {

  private static final String UNET = "unet/diffusion_pytorch_model.fp16.safetensors";
  private static final Request REQUEST =
      Request.defaults().withSize(16, 16).withSteps(2).withSeed(3).withPrompt("a cell", "dim");

  @TempDir Path folder;
  private final LoadedModels models = new LoadedModels();
  private Path model;

  @BeforeEach
  void copy() throws IOException {
    model = folder.resolve("model");
    ModelCopies.into(model, TestResources.MICRO);
  }

  @AfterEach
  void close() {
    models.close();
  }

  private static LatentDiffusion get(LoadedModels models, Path path) throws IOException {
    return models.get(path.toString(), path.getParent(), "float32", "cpu");
  }

  private static float[] picture(LoadedModels models, Path path) throws IOException {
    try (Run run = get(models, path).textToImage(REQUEST)) {
      run.forEach(evaluated -> {});
      return run.picture().toFloatArray();
    }
  }

  private void assertNoticed(Path path, Path file) throws IOException {
    float[] before = picture(models, path);
    Files.write(file, changed(file));
    float[] after = picture(models, path);
    assertFalse(Arrays.equals(before, after), file + " changes nothing");
    try (LoadedModels fresh = new LoadedModels()) {
      assertArrayEquals(picture(fresh, path), after, file + " is not used");
    }
    List<Path> weights = Model.open(path).weightFiles();
    assertEquals(Checksum.sha256(weights), get(models, path).sha256());
  }

  /** Other settings, or all tensors with the other sign. */
  private static byte[] changed(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (file.toString().endsWith(".json")) {
      return new String(bytes, StandardCharsets.UTF_8)
          .replace("v_prediction", "epsilon")
          .replace("\"scaling_factor\": 0.5", "\"scaling_factor\": 0.9")
          .getBytes(StandardCharsets.UTF_8);
    }
    long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    for (int i = (int) header + 9; i < bytes.length; i += 2) bytes[i] ^= (byte) 0x80;
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        UNET,
        "vae/diffusion_pytorch_model.fp16.safetensors",
        "text_encoder/model.fp16.safetensors",
        "scheduler/scheduler_config.json",
        "vae/config.json"
      })
  void aFileOfAFolderIsNoticed(String file) throws IOException {
    assertNoticed(model, model.resolve(file));
  }

  @Test
  void aSingleFileAndItsSettingsAreNoticed() throws IOException {
    Path single = folder.resolve("single.safetensors");
    Files.copy(TestResources.MICRO_SAFETENSORS, single);
    ModelCopies.into(folder.resolve("single"), TestResources.MICRO);
    assertNoticed(single, folder.resolve("single/vae/config.json"));
    LatentDiffusion before = get(models, single);
    Files.setLastModifiedTime(single, FileTime.fromMillis(1_000_000));
    assertNotSame(before, get(models, single));
  }

  @Test
  void aFileOfEqualSizeAndTimeIsAnotherFile() throws IOException {
    Path file = model.resolve(UNET);
    assumeTrue(Files.readAttributes(file, BasicFileAttributes.class).fileKey() != null);
    float[] before = picture(models, model);
    Path other = Files.write(folder.resolve("other"), changed(file));
    Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
    Files.delete(file);
    Files.move(other, file);
    assertFalse(Arrays.equals(before, picture(models, model)));
  }

  @Test
  void otherFilesInAModelsFolderAreNoReasonToLoadItAgain() throws IOException {
    LatentDiffusion loaded = get(models, model);
    Files.writeString(model.resolve("result.tif"), "a picture");
    Files.writeString(model.resolve(".checksums.json"), "{}");
    assertSame(loaded, get(models, model));
    assertNotEquals(0, loaded.sha256().length());
  }

  @Test
  void filesThatAreReplacedInARunAreAnErrorNotAMixture() throws IOException {
    Path file = model.resolve(UNET);
    byte[] other = changed(file);
    LatentDiffusion loaded = get(models, model);
    try (Run run = loaded.textToImage(REQUEST)) {
      Files.write(file, other);
      String read =
          assertThrows(UncheckedIOException.class, () -> run.forEach(evaluated -> {})).getMessage();
      assertTrue(read.contains("were replaced after the model was loaded"), read);
    }
    String sum = assertThrows(IOException.class, loaded::sha256).getMessage();
    assertTrue(sum.contains("were replaced while it was in use"), sum);
    assertNotSame(loaded, get(models, model));
  }
}
