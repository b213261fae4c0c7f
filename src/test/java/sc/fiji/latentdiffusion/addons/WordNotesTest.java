/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.io.files.FileStamp;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.models.prompts.LearnedWord;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.Prompts;

class WordNotesTest {

  @TempDir Path folder;

  private LearnedWord word(String file, String... names) throws IOException {
    Path path = Files.writeString(folder.resolve(file), "x");
    return new LearnedWord(List.of(names), List.of(), FileStamp.of(path));
  }

  private static List<String> notes(List<LearnedWord> words, Prompts prompts) throws IOException {
    Model model = Model.find("", Path.of("none"));
    return WordNotes.of(words, prompts, Families.of(model).tokenizers(model));
  }

  private static Prompt prompt(String text) {
    return new Prompt(text, true, 1);
  }

  @Test
  void wordThatNoPromptNamesIsNoted() throws IOException {
    List<LearnedWord> words = List.of(word("a.pt", "ink", "<ink>"), word("b.pt", "bad hands"));
    String ink = "The word \"ink\" of " + folder.resolve("a.pt");
    String hands = "The word \"bad hands\" of " + folder.resolve("b.pt");
    String effect = " has no effect: no prompt of the run names it.";
    assertEquals(
        List.of(ink + effect, hands + effect),
        notes(words, Prompts.of(prompt("thinking, bad handset"))));
    assertEquals(List.of(hands + effect), notes(words, Prompts.of(prompt("a (<INK>:1.3) cell"))));
    assertEquals(
        List.of(), notes(words, Prompts.of(prompt("Ink, cells"), prompt("bad hands, blur"))));
    assertEquals(List.of(), notes(List.of(), Prompts.of(prompt("cells"))));
  }

  @Test
  void wordOfASecondFileIsLeftOutWithANote() throws IOException {
    List<LearnedWord> words = List.of(word("a.pt", "ink"), word("b.safetensors", "Ink"));
    assertEquals(
        List.of(
            "The word \"Ink\" of "
                + folder.resolve("b.safetensors")
                + " is left out: "
                + folder.resolve("a.pt")
                + " has the same word."),
        notes(words, Prompts.of(prompt("ink on paper"))));
  }
}
