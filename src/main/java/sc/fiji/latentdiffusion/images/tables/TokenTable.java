/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.tables;

import ij.measure.ResultsTable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import sc.fiji.latentdiffusion.addons.Added;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.models.Family;
import sc.fiji.latentdiffusion.models.prompts.LearnedWord;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.PromptTokenizer;
import sc.fiji.latentdiffusion.models.prompts.TokenBlock;

/**
 * The tokens of prompts, without padding, as ImageJ's table. A row has the prompt, the tokenizer of
 * the model, the block and the position in it, the token as in the vocabulary ({@code </w>} ends a
 * word), its id and its weight.
 */
public final class TokenTable {

  private final ResultsTable table = new ResultsTable();

  private TokenTable() {
    table.setPrecision(4);
  }

  /**
   * Makes the table; of the model only its tokenizers and settings are read.
   *
   * @param model its files
   * @param prompt what the picture should show
   * @param negative what it should not show
   * @param added gives the words that both may contain
   * @throws IOException if a tokenizer can't be read, or a word is for another family of models
   */
  public static ResultsTable of(Model model, Prompt prompt, Prompt negative, Added added)
      throws IOException {
    Family family = Families.of(model);
    List<PromptTokenizer> tokenizers = family.tokenizers(model);
    String named = model.path() + " (" + Families.label(family) + ")";
    if (tokenizers.isEmpty()) {
      throw new IOException("The model " + named + " does not split prompts into tokens.");
    }
    List<LearnedWord> words = added.words(() -> widths(tokenizers), named);
    TokenTable tokens = new TokenTable();
    for (PromptTokenizer tokenizer : tokenizers) {
      List<List<TokenBlock>> blocks =
          tokenizer.encode(List.of(prompt.with(words), negative.with(words)));
      tokens.add("prompt", tokenizer.name(), blocks.get(0));
      tokens.add("negative", tokenizer.name(), blocks.get(1));
    }
    return tokens.table;
  }

  private static Map<Integer, Integer> widths(List<PromptTokenizer> tokenizers) throws IOException {
    Map<Integer, Integer> widths = new TreeMap<>();
    for (PromptTokenizer tokenizer : tokenizers) {
      if (tokenizer.takesLearnedWords()) widths.put(tokenizer.index(), tokenizer.width());
    }
    return widths;
  }

  private void add(String text, String tokenizer, List<TokenBlock> blocks) {
    for (int i = 0; i < blocks.size(); i++) {
      TokenBlock block = blocks.get(i);
      for (int position = 0; position < block.length(); position++) {
        table.addRow();
        table.addValue("text", text);
        table.addValue("tokenizer", tokenizer);
        table.addValue("block", i + 1);
        table.addValue("position", position);
        table.addValue("token", block.tokens().get(position));
        table.addValue("id", block.ids()[position]);
        table.addValue("weight", block.weights()[position]);
      }
    }
  }
}
