/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.t5;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import sc.fiji.latentdiffusion.models.prompts.JsonTokenizer;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.PromptSyntax;
import sc.fiji.latentdiffusion.models.prompts.TokenBlock;

/**
 * Turns a prompt into the numbers that T5 takes: its tokens, an end token, and padding up to a
 * fixed length. Gives the ids that transformers gives for the same {@code tokenizer.json}, padded
 * and truncated. The tokens of each piece of a weighted prompt are those of the piece alone.
 */
final class T5Tokenizer implements AutoCloseable {

  /** SentencePiece's sign for the space before a word. */
  static final String SPACE = "\u2581";

  private static final String END = "</s>";
  private static final String PAD = "<pad>";

  private final JsonTokenizer tokenizer;
  private final int length;
  private final boolean lowerCase;
  private final long end;
  private final long pad;

  /**
   * @param tokenizer is closed with this
   * @param length of a block
   * @param lowerCase whether texts are read in lower case
   * @throws IOException if the vocabulary lacks the end token or the padding
   */
  T5Tokenizer(JsonTokenizer tokenizer, int length, boolean lowerCase) throws IOException {
    this.tokenizer = tokenizer;
    this.length = length;
    this.lowerCase = lowerCase;
    end = tokenizer.id(END);
    pad = tokenizer.id(PAD);
  }

  private record Weighted(JsonTokenizer.Token token, float weight) {}

  private List<Weighted> all(Prompt prompt) {
    List<Weighted> all = new ArrayList<>();
    for (PromptSyntax.Piece piece : PromptSyntax.pieces(prompt)) {
      float weight = (float) piece.weight();
      String text = lowerCase ? piece.text().toLowerCase(Locale.ROOT).strip() : piece.text();
      tokenizer.encode(text).forEach(token -> all.add(new Weighted(token, weight)));
    }
    return all;
  }

  /** Returns the tokens of a prompt that have no room. */
  List<String> cut(Prompt prompt) {
    return all(prompt).stream().skip(length - 1).map(one -> one.token().text()).toList();
  }

  /** Encodes a prompt; the end of a long one is cut off. */
  TokenBlock encode(Prompt prompt) {
    List<Weighted> all = all(prompt);
    int count = Math.min(all.size(), length - 1);
    long[] ids = new long[length];
    float[] weights = new float[length];
    Arrays.fill(ids, pad);
    Arrays.fill(weights, 1);
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids[i] = all.get(i).token().id();
      weights[i] = all.get(i).weight();
      tokens.add(all.get(i).token().text());
    }
    ids[count] = end;
    tokens.add(END);
    tokens.addAll(Collections.nCopies(length - tokens.size(), PAD));
    return new TokenBlock(ids, List.copyOf(tokens), weights, count + 1);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
