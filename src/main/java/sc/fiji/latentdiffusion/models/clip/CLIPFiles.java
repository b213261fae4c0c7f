/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.clip;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.prompts.ForeignSyntax;
import sc.fiji.latentdiffusion.models.prompts.LearnedWord;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.PromptSyntax;
import sc.fiji.latentdiffusion.models.prompts.PromptTokenizer;
import sc.fiji.latentdiffusion.models.prompts.TokenBlock;

/**
 * The files of a CLIP text encoder and of its tokenizer.
 *
 * @param model that has them
 * @param encoder component that is the text encoder
 * @param name component that is the tokenizer
 * @param index of the text encoder among those of the family, from 0
 */
public record CLIPFiles(Model model, String encoder, String name, int index)
    implements PromptTokenizer {

  private static final String EMBEDDING = "token_embedding.weight";

  @Override
  public int width() throws IOException {
    return size(1);
  }

  /** Reads one side of the table of embeddings, which has a row a token. */
  private int size(int axis) throws IOException {
    for (Map.Entry<String, StoredTensor> tensor : model.tensors(encoder).entrySet()) {
      long[] shape = tensor.getValue().shape();
      if (tensor.getKey().endsWith(EMBEDDING) && shape.length == 2) return (int) shape[axis];
    }
    throw new IOException(
        "The component "
            + encoder
            + " of "
            + model.path()
            + " has no tensor "
            + EMBEDDING
            + "; it is no CLIP text encoder.");
  }

  /** Opens the tokenizer, to be closed. */
  CLIPTokenizer tokenizer() throws IOException {
    return CLIPTokenizer.of(model, name, encoder);
  }

  @Override
  public List<String> notes(Prompt prompt) {
    List<String> notes = new ArrayList<>(ForeignSyntax.notes(prompt.text()));
    if (prompt.weighting()) notes.addAll(PromptSyntax.notes(prompt.text()));
    return List.copyOf(notes);
  }

  @Override
  public List<String> unusualWeights(Prompt prompt) {
    return prompt.weighting() ? PromptSyntax.unusualWeights(prompt.text()) : List.of();
  }

  @Override
  public Set<LearnedWord> named(Prompt prompt) {
    return LearnedWords.named(prompt.words(), PromptSyntax.words(prompt));
  }

  @Override
  public String words(Prompt prompt) {
    return PromptSyntax.words(
        new Prompt(ForeignSyntax.removed(prompt.text()), prompt.weighting(), prompt.clipSkip()));
  }

  @Override
  public List<List<TokenBlock>> encode(List<Prompt> prompts) throws IOException {
    try (CLIPTokenizer tokenizer = tokenizer()) {
      List<List<TokenBlock>> blocks = new ArrayList<>();
      for (Prompt prompt : prompts) blocks.add(tokenizer.encode(prompt, learned(prompt.words())));
      return blocks;
    }
  }

  private LearnedWords learned(List<LearnedWord> words) throws IOException {
    return words.isEmpty() ? LearnedWords.NONE : new LearnedWords(words, index, size(1), size(0));
  }
}
