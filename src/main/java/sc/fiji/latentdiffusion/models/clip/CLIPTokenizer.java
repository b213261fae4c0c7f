/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.clip;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.prompts.NativeTokenizer;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.PromptSyntax;
import sc.fiji.latentdiffusion.models.prompts.TokenBlock;

/**
 * Turns a prompt into the numbers that CLIP's text encoder takes: byte pairs of the lower-cased
 * text between a start and an end token, filled up to a fixed length with the padding token that
 * the model's own tokenizer names; long texts in several such blocks. Gives the ids that
 * CLIPTokenizer of transformers 5 gives for the same folder. Nothing is downloaded. Safe to use
 * from many threads.
 */
public final class CLIPTokenizer implements AutoCloseable {

  private static final int CLIP_LENGTH = 77;

  /** The longest block; encoders for long texts have 248. */
  private static final int LONGEST = 4096;

  /** A tokenizer without a bound has a larger number. */
  private static final double UNSET = 1e6;

  private final HuggingFaceTokenizer tokenizer;
  private final int start;
  private final int end;
  private final int pad;
  private final int maxLength;
  private final List<String> special;

  private CLIPTokenizer(CLIPVocabulary vocabulary, int maxLength, Object where) throws IOException {
    this.start = vocabulary.start();
    this.end = vocabulary.end();
    this.pad = vocabulary.pad();
    this.maxLength = maxLength;
    this.special = vocabulary.special();
    byte[] json = vocabulary.toJson().getBytes(StandardCharsets.UTF_8);
    this.tokenizer = NativeTokenizer.of(json, where);
  }

  /**
   * Builds a model's tokenizer.
   *
   * @param model the model
   * @param component that is the tokenizer; where the model has no folder of it, it is CLIP's own
   * @param encoder component that is its text encoder, which bounds the length of blocks
   * @throws IOException if a file is missing or not right, or the native library will not load
   */
  public static CLIPTokenizer of(Model model, String component, String encoder) throws IOException {
    Path folder = model.folder(component).orElse(null);
    if (folder != null && !Files.isDirectory(folder)) {
      throw new IOException(folder + " is missing; copy or download the whole model again");
    }
    Object where = folder == null ? model.path() : folder;
    try {
      CLIPVocabulary read =
          folder == null
              ? CLIPVocabulary.standard(model.config(component))
              : CLIPVocabulary.read(folder);
      int length = length(where, read.maxLength(), positions(model, encoder));
      return new CLIPTokenizer(read, length, where);
    } catch (RuntimeException e) {
      String what = "the tokenizer in " + where + " cannot be built (" + e.getMessage() + "); ";
      throw new IOException(what + "copy the model's tokenizer again", e);
    }
  }

  /**
   * Encodes a prompt of any kind and length in as many blocks as it takes; characters outside the
   * vocabulary become their bytes. A full block ends even within a word; only a learned word stays
   * in one block, if a block can hold it. The tokens of each piece of a weighted prompt are those
   * of the piece alone.
   *
   * @return at least one block
   */
  public List<TokenBlock> encode(Prompt prompt) {
    return encode(prompt, LearnedWords.NONE);
  }

  /**
   * Encodes a prompt as {@link #encode(Prompt)}, in which words may stand that were learned.
   *
   * @return at least one block
   */
  public List<TokenBlock> encode(Prompt prompt, LearnedWords learned) {
    Filling filling = new Filling();
    for (PromptSyntax.Piece piece : PromptSyntax.pieces(prompt)) {
      if (piece.begins()) filling.end();
      float weight = (float) piece.weight();
      for (WordNames.Part<LearnedWords.Word> part : learned.parts(piece.text())) {
        fill(filling, part.text(), weight);
        if (part.word() != null) fill(filling, part.word(), weight);
      }
    }
    return filling.blocks();
  }

  private void fill(Filling filling, String text, float weight) {
    Encoding encoding = tokenizer.encode(NativeTokenizer.paired(text), false, false);
    for (int i = 0; i < encoding.getIds().length; i++) {
      filling.next(encoding.getIds()[i], encoding.getTokens()[i], weight);
    }
  }

  private static void fill(Filling filling, LearnedWords.Word word, float weight) {
    filling.makeRoom(word.count());
    for (int i = 0; i < word.count(); i++) {
      filling.next(word.first() + i, word.token(i), weight);
    }
  }

  /** Encodes a plain text's first block. */
  public TokenBlock encode(String text) {
    return encode(Prompt.plain(text)).get(0);
  }

  /** Blocks that are being filled, one after the other. */
  private final class Filling {

    private final List<TokenBlock> blocks = new ArrayList<>();
    private final List<Long> ids = new ArrayList<>();
    private final List<String> tokens = new ArrayList<>();
    private final List<Float> weights = new ArrayList<>();

    /** Adds a token, in a new block where one is full. */
    void next(long id, String token, float weight) {
      if (ids.size() == maxLength - 2) end();
      add(id, token, weight);
    }

    /** Ends a block in which so many tokens have no room, if an empty one has it. */
    void makeRoom(int count) {
      int most = maxLength - 2;
      if (count <= most && ids.size() + count > most) end();
    }

    /** Ends a block, even an empty one. */
    void end() {
      blocks.add(block());
    }

    List<TokenBlock> blocks() {
      if (blocks.isEmpty() || !ids.isEmpty()) end();
      return List.copyOf(blocks);
    }

    private void add(long id, String token, float weight) {
      ids.add(id);
      tokens.add(token);
      weights.add(weight);
    }

    /** Returns the block with the added tokens, and begins a new one. */
    private TokenBlock block() {
      int length = ids.size() + 2;
      add(end, special.get(1), 1);
      while (ids.size() < maxLength - 1) add(pad, special.get(2), 1);
      ids.add(0, (long) start);
      tokens.add(0, special.get(0));
      weights.add(0, 1f);
      long[] numbers = ids.stream().mapToLong(Long::longValue).toArray();
      float[] weighing = new float[maxLength];
      for (int i = 0; i < maxLength; i++) weighing[i] = weights.get(i);
      TokenBlock block = new TokenBlock(numbers, List.copyOf(tokens), weighing, length);
      ids.clear();
      tokens.clear();
      weights.clear();
      return block;
    }
  }

  /** Returns how many ids a block has, padding included; 77 for CLIP. */
  public int maxLength() {
    return maxLength;
  }

  /** Frees the native tokenizer. */
  @Override
  public void close() {
    tokenizer.close();
  }

  private static int length(Object where, double own, double positions) throws IOException {
    double length = Math.min(own, positions);
    if (length > UNSET) return CLIP_LENGTH;
    if (length >= 3 && length <= LONGEST && length == Math.rint(length)) return (int) length;
    throw new IOException(
        where
            + ": expected a model_max_length from 3 to "
            + LONGEST
            + ", found "
            + length
            + "; copy it again");
  }

  private static double positions(Model model, String encoder) throws IOException {
    if (!model.has(encoder)) return 1e30;
    return model.config(encoder).number("max_position_embeddings", 1e30);
  }
}
