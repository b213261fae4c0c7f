/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.library;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.model.BuiltIn;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.TestModels;

class ModelLibraryTest {

  @TempDir Path folder;

  private final List<Runnable> later = new ArrayList<>();
  private final ModelLibrary library = new ModelLibrary(() -> folder, later::add);

  private void copy(Path from, String name) throws IOException {
    ModelCopies.into(folder.resolve(name), from);
  }

  private List<String> names() {
    return library.models().stream().map(ModelSummary::name).toList();
  }

  private ModelSummary model(String name) {
    return library.models().stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void withoutAFolderOnlyTheBuiltInModelsAreListed() {
    ModelLibrary none = new ModelLibrary(() -> folder.resolve("none"), later::add);
    assertEquals(3, none.models().size());
    ModelSummary builtIn = none.models().get(0);
    assertEquals("built-in (128 × 128, drawn fluorescence microscopy)", builtIn.label());
    assertEquals("float16", builtIn.precision());
    ModelSummary repair = none.models().get(1);
    assertEquals(
        "repair (128 × 128, repairs of a selection from its surroundings)", repair.label());
    assertEquals(
        "Makes repairs of a selection from its surroundings, 128 × 128 pixels by default. Knows no"
            + " words: leave the prompt empty.",
        repair.description());
    assertEquals(
        "epithelium (64 × 64, drawn cells of an epithelium)", none.models().get(2).label());
  }

  @Test
  void foldersAndFilesAreFoundSomeLevelsDeepByTheNamesThatRequestsTake() throws IOException {
    copy(TestResources.SD1, "owner/a model");
    copy(TestResources.SD2, "zwei");
    copy(TestResources.MICRO_SAFETENSORS, "owner/mikro ü.safetensors");
    copy(TestResources.MICRO_CKPT, "micro.ckpt");
    Files.createDirectories(folder.resolve("lora"));
    Files.writeString(folder.resolve("lora/style.safetensors"), "a LoRA");
    Files.writeString(folder.resolve("taesd_decoder.safetensors"), "a small decoder");
    Files.writeString(folder.resolve("._zwei.safetensors"), "of another system");
    Files.writeString(folder.resolve("read me.txt"), "hello");
    assertEquals(
        List.of(
            "",
            "repair",
            "epithelium",
            "micro.ckpt",
            "owner/a model",
            "owner/mikro ü.safetensors",
            "zwei"),
        names());
    for (String name : names()) {
      assertTrue(model(name).isUsable(), model(name).problem());
      assertEquals(
          BuiltIn.named(name).<Object>map(BuiltIn::label).orElseGet(() -> model(name).path()),
          BuiltIn.named(name).isPresent()
              ? Model.find(name, folder).name()
              : Model.find(name, folder).path());
    }
  }

  @Test
  void aModelOfABuiltInOnesNameIsReachedByItsPathAndANoteSaysSo() throws IOException {
    assertEquals(List.of(), Model.find("repair", folder).notes());
    copy(TestResources.SD1, "repair");
    copy(TestResources.MICRO_CKPT, "sub/repair.ckpt");
    String path = folder.resolve("repair").toString();
    assertEquals(List.of("", "repair", "epithelium", path, "sub/repair.ckpt"), names());
    Model named = Model.find("repair", folder);
    assertEquals(Optional.of(BuiltIn.REPAIR), named.builtIn());
    assertEquals(
        List.of(
            "\"repair\" means the model that comes with the plugin. The models folder has one of"
                + " this name, too: give its path, "
                + path
                + ", to use it."),
        named.notes());
    Model other = Model.find(path, folder);
    assertEquals(Optional.empty(), other.builtIn());
    assertEquals(path, other.path().toString());
    assertEquals(List.of(), Model.find("", folder).notes());
  }

  @Test
  void settingsBesideASingleFileAreNoSecondModel() throws IOException {
    copy(TestResources.MICRO_SAFETENSORS, "cells.safetensors");
    copy(TestResources.MICRO, "cells");
    Files.delete(folder.resolve("cells/model_index.json"));
    assertEquals(List.of("", "repair", "epithelium", "cells.safetensors"), names());
    assertTrue(model("cells.safetensors").isUsable(), model("cells.safetensors").problem());
  }

  @Test
  void settingsNestedDeepAreAProblemOfTheirModelAlone() throws IOException {
    copy(TestResources.SD1, "eins");
    copy(TestResources.SD2, "zwei");
    String deep = "{\"unet\": " + "[".repeat(20_000) + "]".repeat(20_000) + "}";
    Files.writeString(folder.resolve("eins/model_index.json"), deep);
    Files.writeString(folder.resolve("zwei/unet/config.json"), deep);
    copy(TestResources.MICRO_CKPT, "micro.ckpt");
    assertEquals(List.of("", "repair", "epithelium", "eins", "micro.ckpt", "zwei"), names());
    assertTrue(model("eins").problem().contains("at most 200 objects"), model("eins").problem());
    assertTrue(model("zwei").problem().contains("at most 200 objects"), model("zwei").problem());
    assertTrue(model("micro.ckpt").isUsable());
  }

  @Test
  void headersSayFamilySizeNumbersAndBytes() throws IOException {
    copy(TestResources.SD1, "eins");
    ModelSummary model = model("eins");
    assertEquals("Stable Diffusion 1.x and 2.x", model.family());
    long bytes = 0;
    for (Path file : Model.open(model.path()).weightFiles()) bytes += Files.size(file);
    assertEquals(bytes, model.bytes());
    try (LatentDiffusion loaded = TestModels.load("sd1")) {
      assertEquals(loaded.nativeSize(), model.size());
    }
    assertEquals("eins (64 × 64, Stable Diffusion 1.x and 2.x)", model.label());
    assertEquals("float16", summary("micro-fp16").precision());
  }

  private static ModelSummary summary(String name) {
    return ModelSummary.of(name, TestResources.model(name));
  }

  @Test
  void unusableModelsAreListedWithTheReason() throws IOException {
    copy(TestResources.SD1, "cut");
    Files.delete(folder.resolve("cut/model_index.json"));
    copy(TestResources.SD2, "damaged");
    Path vae = folder.resolve("damaged/vae/diffusion_pytorch_model.safetensors");
    Files.write(vae, new byte[] {1, 2, 3});
    Files.writeString(folder.resolve("text.ckpt"), "not a pickle");
    assertEquals(List.of("", "repair", "epithelium", "cut", "damaged", "text.ckpt"), names());
    assertTrue(model("cut").problem().contains("model_index.json is missing"));
    assertTrue(model("damaged").problem().contains("diffusion_pytorch_model.safetensors"));
    assertTrue(model("text.ckpt").problem().contains("text.ckpt"));
    assertEquals("cut (can't be used)", model("cut").label());
  }

  @Test
  void unchangedFilesAreNotOpenedAgain() throws IOException {
    copy(TestResources.SD1, "eins");
    ModelSummary before = model("eins");
    assertSame(before, model("eins"));
    Files.writeString(folder.resolve("eins/unet/config.json"), "{\"sample_size\": 16}");
    assertNotSame(before, model("eins"));
    Files.delete(folder.resolve("eins/model_index.json"));
    assertTrue(model("eins").problem().contains("incomplete"));
  }

  @Test
  void aLookInTheBackgroundIsToldWhenItIsDoneAndUntilThenTheLastOneHolds() throws IOException {
    var first = library.scan();
    assertSame(first, library.scan());
    assertEquals(List.of(), library.latest());
    assertEquals(1, later.size());
    later.remove(0).run();
    assertEquals(library.latest(), first.join());
    copy(TestResources.SD1, "eins");
    library.scan();
    assertEquals(3, library.latest().size());
    later.remove(0).run();
    assertEquals(4, library.latest().size());
  }

  @Test
  void anyModelThatAUserNamesIsLookedAtListedOrNot() throws IOException {
    copy(TestResources.SD1, "eins");
    for (String name :
        List.of("", "repair", "epithelium", "built-in", "eins", TestResources.SD2.toString())) {
      var look = library.look(name);
      later.remove(0).run();
      assertTrue(look.join().isUsable(), look.join().problem());
      assertEquals(name, look.join().name());
      assertTrue(look.join().description().contains(" pixels by default"));
    }
    Files.writeString(folder.resolve("nothing"), "x");
    for (String name : List.of("zwei", "nothing", "a\0b")) {
      var look = library.look(name);
      later.remove(0).run();
      assertTrue(look.join().description().contains(name), look.join().description());
    }
  }
}
