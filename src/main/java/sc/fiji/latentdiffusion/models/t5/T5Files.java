/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.t5;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.SingleFile;
import sc.fiji.latentdiffusion.models.prompts.JsonTokenizer;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.PromptSyntax;
import sc.fiji.latentdiffusion.models.prompts.PromptTokenizer;
import sc.fiji.latentdiffusion.models.prompts.TokenBlock;

/**
 * The files of a T5 text encoder and of its tokenizer.
 *
 * @param model that has them
 * @param encoder component that is the text encoder
 * @param name component that is the tokenizer
 * @param index of the text encoder among those of the family, from 0
 * @param length how many tokens a prompt has, the end token included; the rest of a longer one is
 *     cut off
 * @param lowerCase whether prompts are read in lower case, as PixArt was trained
 */
public record T5Files(
    Model model, String encoder, String name, int index, int length, boolean lowerCase)
    implements PromptTokenizer {

  private static final String FINAL_NORM = "encoder.final_layer_norm.weight";

  /** Files of a model that reads prompts as they are written. */
  public T5Files(Model model, String encoder, String name, int index, int length) {
    this(model, encoder, name, index, length, false);
  }

  @Override
  public int width() throws IOException {
    StoredTensor norm = model.tensors(encoder).get(FINAL_NORM);
    if (norm != null && norm.shape().length == 1) return (int) norm.shape()[0];
    throw new IOException(
        "The component "
            + encoder
            + " of "
            + model.path()
            + " has no tensor "
            + FINAL_NORM
            + "; it is no T5 text encoder.");
  }

  /** Opens the tokenizer, to be closed. */
  T5Tokenizer tokenizer() throws IOException {
    Path folder = model.folder(name).orElseThrow(this::withoutTokenizer);
    return new T5Tokenizer(JsonTokenizer.read(folder), length, lowerCase);
  }

  private IOException withoutTokenizer() {
    Path folder = SingleFile.beside(model.path()).resolve(name);
    return new IOException(
        model.path()
            + " has no vocabulary for its T5 text encoder; put the "
            + JsonTokenizer.FILE
            + " of T5 v1.1 into the folder "
            + folder
            + ": every model in folders with this text encoder has it");
  }

  /** Says which end of a prompt is cut off. */
  @Override
  public List<String> notes(Prompt prompt) {
    if (prompt.text().length() < length / 2) return List.of(); // no need to open the tokenizer
    try (T5Tokenizer tokenizer = tokenizer()) {
      List<String> cut = tokenizer.cut(prompt);
      if (cut.isEmpty()) return List.of();
      return List.of(
          "T5 reads "
              + (length - 1)
              + " tokens of a prompt; the last "
              + cut.size()
              + " are left out for it: "
              + String.join("", cut).replace(T5Tokenizer.SPACE, " ").trim());
    } catch (IOException e) {
      return List.of(e.getMessage()); // a run says the same, and ends
    }
  }

  @Override
  public boolean takesLearnedWords() {
    return false;
  }

  @Override
  public String words(Prompt prompt) {
    return PromptSyntax.words(prompt);
  }

  @Override
  public List<List<TokenBlock>> encode(List<Prompt> prompts) throws IOException {
    try (T5Tokenizer tokenizer = tokenizer()) {
      List<List<TokenBlock>> blocks = new ArrayList<>();
      for (Prompt prompt : prompts) blocks.add(List.of(tokenizer.encode(prompt)));
      return blocks;
    }
  }
}
