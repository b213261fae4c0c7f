/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.library;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.fixtures.TensorsWritten;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.images.CalledVerbs;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.io.model.KnownWords;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.PromptTokenizer;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.progress.Progress;

class PromptNotesTest {

  private static final LoadedModels LOADED = new LoadedModels();

  @TempDir Path folder;

  @AfterAll
  static void close() {
    LOADED.close();
  }

  private List<String> notes(Request request) throws IOException {
    return PromptNotes.of(request, folder);
  }

  private static Request prompt(String prompt, String negative) {
    return Request.defaults().withPrompt(prompt, negative);
  }

  @Test
  void theBuiltInModelNamesTheWordsThatItDoesNotKnow() throws IOException {
    assertEquals(
        List.of("The built-in model does not know: cat, sofa, dog. Help lists its words."),
        notes(prompt("a (cat:1.2) on a [sofa], Green nuclei", "cat, dog")));
    assertEquals(List.of(), notes(prompt("Many (green:1.3) nuclei, on a gray background", "")));
    assertEquals(1, notes(prompt("nuclei <lora:cells:0.8>", "")).size(), "no words of a sign");
  }

  @Test
  void everyKnownWordIsOneTokenOfTheBuiltInModel() throws IOException {
    Model model = Model.find("", folder);
    PromptTokenizer tokenizer = Families.of(model).tokenizers(model).get(0);
    KnownWords known = model.words().orElseThrow();
    List<String> words =
        Stream.concat(
                known.groups().values().stream().flatMap(List::stream), known.others().stream())
            .flatMap(phrase -> Stream.of(phrase.split(" ")))
            .toList();
    assertTrue(words.size() > 60, words.toString());
    List<Prompt> prompts = words.stream().map(Prompt::plain).toList();
    var blocks = tokenizer.encode(prompts);
    for (int i = 0; i < words.size(); i++) {
      assertEquals(3, blocks.get(i).get(0).length(), words.get(i));
    }
  }

  @Test
  void aModelOfTheUsersListsItsWordsInAFileAndOneWithoutItKnowsAny() throws IOException {
    Path model = folder.resolve("mine");
    ModelCopies.into(model, TestResources.SD1);
    Request request = prompt("a cat", "").withModel("mine");
    assertEquals(List.of(), notes(request));
    Files.writeString(
        model.resolve(KnownWords.FILE),
        "{\"pictures\": \"retinas\", \"words\": {\"layer\": [\"inner layer\"]}, \"others\":"
            + " [\"a\"]}");
    assertEquals(
        List.of("The model mine does not know: cat. It knows inner layer."), notes(request));
    assertEquals(List.of(), notes(request.withPrompt("a layer", "Inner")));
  }

  @Test
  void theCaptionsOfALoraAreKnownWordsAndALoraWithoutThemMayKnowAny() throws IOException {
    Files.createDirectory(folder.resolve("lora"));
    Request request = prompt("zeiss7 nuclei, cat", "").withAddOn("lora", "mine");
    Path file = folder.resolve("lora/mine.safetensors");
    new TensorsWritten().add("x", 1).write(file);
    assertEquals(List.of(), notes(request));
    new TensorsWritten().add("x", 1).say("captions", "[\"zeiss7 nuclei\"]").write(file);
    assertEquals(
        List.of("The built-in model does not know: cat. Help lists its words."), notes(request));
  }

  @Test
  void whatARunLeavesOutOfALoraIsNotedInTheInfoOfTheResult() throws IOException {
    String layer = "text_encoder.encoder.layers.1.self_attn.out_proj";
    String other = layer.replace("encoder.encoder", "encoder.text_model.encoder");
    TensorsWritten tensors = new TensorsWritten().add("bundle_emb.ink.emb_params", 1, 24);
    for (String name : List.of(layer, other)) {
      tensors.add(name + ".lora_A.weight", 2, 24).add(name + ".lora_B.weight", 24, 2);
    }
    Path lora = tensors.write(folder.resolve("merged.safetensors"));
    CalledVerbs verbs = new CalledVerbs(LOADED, () -> TestResources.MODELS);
    Request request =
        prompt("nuclei", "")
            .withModel("sd1")
            .withAddOn("lora", "\"" + lora + "\"")
            .withSize(16, 16)
            .withSteps(1)
            .withHardware("float32", "cpu");
    ImagePlus result = verbs.textToImage(request, Stacks.NONE, Progress.NONE).get(0);
    String info = result.getInfoProperty();
    assertTrue(info.contains("warning1=" + lora + " holds 1 layer of a text encoder"), info);
    assertTrue(info.contains("warning2=The word \"ink\" of " + lora + " has no effect"), info);
  }

  @Test
  void aPastedPromptIsNotedInTheInfoOfTheResult() throws IOException {
    CalledVerbs verbs = new CalledVerbs(LOADED, () -> TestResources.MODELS);
    Request request =
        prompt("nuclei <lora:cells:0.8>", "[a|b]")
            .withModel("sd1")
            .withSize(16, 16)
            .withSteps(1)
            .withHardware("float32", "cpu");
    ImagePlus result = verbs.textToImage(request, Stacks.NONE, Progress.NONE).get(0);
    String info = result.getInfoProperty();
    assertTrue(info.contains("warning1=\"<lora:cells:0.8>\" is read as plain words."), info);
    assertTrue(info.contains("warning2=\"[a|b]\" is read as plain words."), info);
  }
}
