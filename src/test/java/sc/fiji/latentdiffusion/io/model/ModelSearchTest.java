/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelSearchTest {

  @TempDir Path temp;

  @Test
  void resourceOnADiskHasItsFolder() throws IOException {
    Path index = Files.createFile(temp.resolve("model_index.json"));
    assertEquals(temp, ModelSearch.folderOf(index.toUri().toURL()));
  }

  @Test
  void aPastedPathLeadsToTheModelsFolder() throws IOException {
    Path model = Files.createDirectories(temp.resolve("my models").resolve("tiny"));
    Path index = Files.writeString(model.resolve("model_index.json"), "{}");
    Path weights = Files.createDirectory(model.resolve("unet")).resolve("model.safetensors");
    Files.createFile(weights);
    for (String written :
        List.of(
            model.toString(),
            " " + model + " ",
            "\"" + model + "\"",
            "'" + model + "'",
            "file://" + model,
            model.toUri().toString(),
            index.toString(),
            "\"" + index + "\"",
            weights.toString())) {
      assertEquals(model, ModelSearch.find(written, null), written);
    }
    assertEquals(model, ModelSearch.find("tiny/model_index.json", model.getParent()));
  }

  @ParameterizedTest
  @CsvSource({
    "stable-diffusion-v1-5/stable-diffusion-v1-5, true",
    "https://huggingface.co/owner/name, true",
    "sd15, false",
    "some/folder/name, false",
    "../name, false"
  })
  void aNameAsOnTheHubIsRefusedWithTheCommandThatDownloads(String wanted, boolean isOnTheHub) {
    String message =
        assertThrows(IOException.class, () -> ModelSearch.find(wanted, temp)).getMessage();
    assertEquals(isOnTheHub, message.endsWith("; Get Model… downloads models of the hub"), message);
  }

  @Test
  void aFileThatIsNoPartOfAModelStandsForItself() throws IOException {
    Path file = Files.createFile(Files.createDirectory(temp.resolve("unet")).resolve("a.ckpt"));
    assertEquals(file, ModelSearch.find(file.toString(), null));
  }

  @Test
  void resourceInAJarHasItsFolderInTheJarWhichIsOpenedOnce() throws IOException {
    Path jar = temp.resolve("Latent Diffusion+ü_.jar");
    try (FileSystem entries = FileSystems.newFileSystem(jar, Map.of("create", "true"))) {
      Files.createDirectory(entries.getPath("/model"));
      Files.writeString(entries.getPath("/model/model_index.json"), "{}");
    }
    URL index = URI.create("jar:" + jar.toUri() + "!/model/model_index.json").toURL();
    Path folder = ModelSearch.folderOf(index);
    assertEquals("/model", folder.toString());
    assertEquals("{}", Files.readString(folder.resolve("model_index.json")));
    assertSame(folder.getFileSystem(), ModelSearch.folderOf(index).getFileSystem());
  }
}
