package sc.fiji.latentdiffusion.images.tables;

import ij.measure.ResultsTable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.addons.embedding.TextualInversion;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.LearnedWord;
import sc.fiji.latentdiffusion.models.Prompt;
import sc.fiji.latentdiffusion.models.clip.CLIPTokenizer;
import sc.fiji.latentdiffusion.models.clip.LearnedWords;
import sc.fiji.latentdiffusion.models.clip.TokenBlock;

/**
 * The tokens of prompts as ImageJ's table, a row each, padding left out: which prompt, which
 * tokenizer of the model, block and position in it, the token as the vocabulary has it ({@code
 * </w>} ends a word), its id and weight.
 */
public final class TokenTable {

  private static final List<String> NUMBERS = List.of("", "_2");

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
   * @param inversions that both may name
   * @throws IOException if a tokenizer can't be read, or a textual inversion does not fit
   */
  public static ResultsTable of(
      Model model, Prompt prompt, Prompt negative, List<TextualInversion> inversions)
      throws IOException {
    TokenTable tokens = new TokenTable();
    Map<String, Integer> widths = widths(model);
    for (TextualInversion inversion : inversions) {
      inversion.requireFitting(widths, model.path());
    }
    for (String number : NUMBERS) {
      String name = "tokenizer" + number;
      if (!model.has(name)) continue;
      LearnedWords learned = learned(model, number, inversions);
      try (CLIPTokenizer tokenizer = CLIPTokenizer.of(model, name)) {
        tokens.add("prompt", name, tokenizer.encode(prompt, learned));
        tokens.add("negative", name, tokenizer.encode(negative, learned));
      }
    }
    return tokens.table;
  }

  private static Map<String, Integer> widths(Model model) throws IOException {
    Map<String, Integer> widths = new LinkedHashMap<>();
    for (String number : NUMBERS) {
      if (model.has("text_encoder" + number)) widths.put(number, width(model, number));
    }
    return widths;
  }

  private static int width(Model model, String number) throws IOException {
    return model.config("text_encoder" + number).integer("hidden_size", 768);
  }

  private static LearnedWords learned(Model model, String number, List<TextualInversion> inversions)
      throws IOException {
    if (inversions.isEmpty()) return LearnedWords.NONE;
    int vocabulary = model.config("text_encoder" + number).integer("vocab_size", 49408);
    List<LearnedWord> words = inversions.stream().map(TextualInversion::word).toList();
    return new LearnedWords(words, number, width(model, number), vocabulary);
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
