package sc.fiji.latentdiffusion.images;

import ij.measure.ResultsTable;
import java.io.IOException;
import java.util.List;
import sc.fiji.latentdiffusion.io.Model;
import sc.fiji.latentdiffusion.models.CLIPTokenizer;
import sc.fiji.latentdiffusion.models.Prompt;
import sc.fiji.latentdiffusion.models.TokenBlock;

/**
 * The tokens of prompts as ImageJ's table, a row each, padding left out: which prompt, which
 * tokenizer of the model, block and position in it, the token as the vocabulary has it ({@code
 * </w>} ends a word), its id and weight.
 */
final class TokenTable {

  private final ResultsTable table = new ResultsTable();

  private TokenTable() {
    table.setPrecision(4);
  }

  /**
   * Makes the table; of the model only its tokenizers are read.
   *
   * @param model its files
   * @param prompt what should be seen
   * @param negative what should not
   * @throws IOException if a tokenizer can't be read
   */
  static ResultsTable of(Model model, Prompt prompt, Prompt negative) throws IOException {
    TokenTable tokens = new TokenTable();
    for (String name : List.of("tokenizer", "tokenizer_2")) {
      if (!model.has(name)) continue;
      try (CLIPTokenizer tokenizer = CLIPTokenizer.of(model, name)) {
        tokens.add("prompt", name, tokenizer.encode(prompt));
        tokens.add("negative", name, tokenizer.encode(negative));
      }
    }
    return tokens.table;
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
