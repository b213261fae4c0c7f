/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.library;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.model.Model;

/** Models on another disk that are linked into the models folder. */
@DisabledOnOs(OS.WINDOWS)
class LinkedModelsTest {

  @TempDir Path temp;

  private Path models;
  private Path disk;
  private ModelLibrary library;

  @BeforeEach
  void linkAModel() throws IOException {
    models = Files.createDirectories(temp.resolve("lab/models"));
    disk = temp.resolve("disk");
    ModelCopies.into(disk.resolve("micro"), TestResources.MICRO);
    Files.createSymbolicLink(models.resolve("linked"), disk.resolve("micro"));
    library = new ModelLibrary(() -> models, Runnable::run);
  }

  private List<String> names() {
    return library.models().stream().map(ModelSummary::name).toList();
  }

  @Test
  void eachIsListedOnceWhateverLinksLeadBack() throws IOException {
    Files.createSymbolicLink(models.resolve("back"), models);
    Files.createSymbolicLink(models.resolve("above"), models.getParent());
    Files.createSymbolicLink(disk.resolve("micro/loop"), disk);
    Files.createDirectory(models.resolve("lora"));
    Files.copy(TestResources.MICRO_SAFETENSORS, models.resolve("lora/any.safetensors"));
    assertEquals(List.of("", "repair", "epithelium", "linked"), names());
    assertTrue(library.models().get(2).isUsable(), library.models().get(2).problem());
    assertEquals(Model.open(disk.resolve("micro")).sha256(), Model.find("linked", models).sha256());
  }

  @Test
  void itsOwnNameComesBeforeThatOfALink() throws IOException {
    ModelCopies.into(models.resolve("own"), TestResources.MICRO);
    Files.createSymbolicLink(models.resolve("alias"), models.resolve("own"));
    Files.copy(TestResources.MICRO_SAFETENSORS, models.resolve("whole.safetensors"));
    Files.createSymbolicLink(
        models.resolve("again.safetensors"), models.resolve("whole.safetensors"));
    assertEquals(
        List.of("", "repair", "epithelium", "linked", "own", "whole.safetensors"), names());
  }

  @Test
  void aLinkThatLeadsNowhereIsListedAndSaysWhereItLeads() throws IOException {
    Path gone = disk.resolve("gone");
    Files.createSymbolicLink(models.resolve("broken"), gone);
    Files.createSymbolicLink(models.resolve("b.safetensors"), gone);
    Files.createSymbolicLink(models.resolve("notes.txt"), gone);
    assertEquals(List.of("", "repair", "epithelium", "b.safetensors", "broken", "linked"), names());
    String expected = models.resolve("broken") + " is a link to " + gone + ", where nothing is";
    String problem = library.models().get(4).problem();
    assertTrue(problem.startsWith(expected), problem);
    String message =
        assertThrows(IOException.class, () -> Model.find("broken", models)).getMessage();
    assertTrue(message.startsWith(expected), message);
    message = assertThrows(IOException.class, () -> Model.find("b", models)).getMessage();
    assertTrue(message.contains("which has b.safetensors, broken, linked"), message);
  }
}
