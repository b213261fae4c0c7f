/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.LazyNetwork;
import sc.fiji.latentdiffusion.models.Loading;
import sc.fiji.latentdiffusion.models.prompts.LearnedWord;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.PromptKernels;
import sc.fiji.latentdiffusion.models.prompts.TokenBlock;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * A tokenizer with its text encoder. A prompt longer than the encoder takes is encoded block by
 * block and the states are joined; a token's weight multiplies its state, then the block's former
 * mean is restored – both as in the web UI of AUTOMATIC1111.
 */
public final class TextEncoder implements AutoCloseable {

  private final Loading loading;
  private final Kernels kernels;
  private final CLIPTokenizer tokenizer;
  private final LazyNetwork<CLIPTextModel> encoder;
  private final int width;
  private final int projectedWidth;
  private final int vocabulary;
  private final int index;
  private final LearnedWords learned;

  /**
   * Builds both from a model's files; the text encoder's weights are read at its first use.
   *
   * @param files of both
   * @param with device, precision, changes of weights
   * @throws IOException if a file is missing or not right
   */
  public TextEncoder(CLIPFiles files, Loading with) throws IOException {
    index = files.index();
    loading = with;
    kernels = with.kernels();
    Model model = files.model();
    Config config = model.config(files.encoder());
    encoder =
        with.network("text encoder", model, files.encoder(), w -> CLIPTextModel.of(w, config));
    width = encoder.outline().width();
    projectedWidth = encoder.outline().projectedWidth();
    vocabulary = encoder.outline().vocabulary();
    tokenizer = files.tokenizer();
    learned = LearnedWords.NONE;
  }

  private TextEncoder(TextEncoder other, LearnedWords learned) {
    index = other.index;
    loading = other.loading;
    kernels = other.kernels;
    encoder = other.encoder;
    width = other.width;
    projectedWidth = other.projectedWidth;
    vocabulary = other.vocabulary;
    tokenizer = other.tokenizer;
    this.learned = learned;
  }

  /** Returns the same for prompts that may contain learned words; both share their memory. */
  public TextEncoder with(List<LearnedWord> words) {
    return words.isEmpty()
        ? this
        : new TextEncoder(this, new LearnedWords(words, index, width, vocabulary));
  }

  /** Returns its index among the text encoders of the family, from 0. */
  public int index() {
    return index;
  }

  /** Returns how many numbers it gives for a token. */
  public int width() {
    return width;
  }

  /** Returns how many numbers its projection of a whole text has; 0 if it has no projection. */
  public int projectedWidth() {
    return projectedWidth;
  }

  /** Returns how many numbers {@link #textEmbeds} gives for a whole text. */
  public int textWidth() {
    return projectedWidth == 0 ? width : projectedWidth;
  }

  /**
   * Tokens of prompts in equally many blocks; short prompts are filled up with empty blocks.
   *
   * @return the blocks of each prompt
   */
  public List<List<TokenBlock>> blocks(List<Prompt> prompts) {
    List<List<TokenBlock>> all = new ArrayList<>();
    prompts.forEach(prompt -> all.add(new ArrayList<>(tokenizer.encode(prompt, learned))));
    fill(all, all.stream().mapToInt(List::size).max().orElse(1));
    return all;
  }

  /** Fills prompts up with empty blocks. */
  public void fill(List<List<TokenBlock>> prompts, int count) {
    TokenBlock empty = tokenizer.encode("");
    for (List<TokenBlock> blocks : prompts) {
      blocks.addAll(Collections.nCopies(count - blocks.size(), empty));
    }
  }

  /**
   * States of an empty text that is not filled up: of its start and end token.
   *
   * @param owner owns the result
   * @return {@code [1, 2, d]}, float32
   */
  public NDArray emptyText(NDManager owner) {
    TokenBlock empty = tokenizer.encode("");
    long[][] ids = {Arrays.copyOf(empty.ids(), empty.end() + 1)};
    return encoder.use(net -> net.forward(ids, 0, null, owner));
  }

  /**
   * States of all tokens.
   *
   * @param prompts in equally many blocks
   * @param skip how many layers to leave out
   * @param normed whether the final layer norm follows
   * @param owner owns the result
   * @return {@code [prompts, blocks · length, d]}, float32
   */
  public NDArray states(List<List<TokenBlock>> prompts, int skip, boolean normed, NDManager owner) {
    try (NDManager local = owner.newSubManager()) {
      NDList parts = new NDList();
      PromptKernels weighing = new PromptKernels(kernels);
      for (int i = 0; i < prompts.get(0).size(); i++) {
        int index = i;
        List<TokenBlock> row = prompts.stream().map(blocks -> blocks.get(index)).toList();
        parts.add(weighing.weighted(row, rowStates(row, skip, normed, local)));
      }
      NDArray joined = parts.size() == 1 ? parts.get(0) : NDArrays.concat(parts, 1);
      joined.attach(owner);
      return joined;
    }
  }

  private NDArray rowStates(List<TokenBlock> row, int skip, boolean normed, NDManager local) {
    return encoder.use(
        net ->
            normed
                ? net.forward(ids(row), skip, vectors(local), local)
                : net.hiddenState(ids(row), skip, vectors(local), local));
  }

  private NDArray vectors(NDManager local) {
    return learned.isEmpty() ? null : learned.vectors(kernels, local);
  }

  /**
   * Embeddings of whole prompts, which are those of their first blocks: projected, if the text
   * encoder has a projection.
   *
   * @return {@code [prompts, d]}, float32
   */
  public NDArray textEmbeds(List<List<TokenBlock>> prompts, NDManager owner) {
    List<TokenBlock> first = prompts.stream().map(blocks -> blocks.get(0)).toList();
    long[] ends = first.stream().mapToLong(TokenBlock::end).toArray();
    try (NDManager local = owner.newSubManager()) {
      return encoder.use(net -> net.textEmbeds(ids(first), ends, vectors(local), owner));
    }
  }

  /**
   * Returns states in the precision of the run.
   *
   * @param states float32; they stay open
   * @param owner owns the result
   */
  public NDArray inRunPrecision(NDArray states, NDManager owner) {
    return kernels.tensors().cast(owner, states, loading.precision());
  }

  /** Unloads other networks if memory is scarce. */
  public void makeRoom() {
    loading.weights().makeRoom(encoder, 0);
  }

  /** Frees the encoder's weights until they are needed again. */
  public void release() {
    encoder.release();
  }

  /** Frees the tokenizer. */
  @Override
  public void close() {
    tokenizer.close();
  }

  private static long[][] ids(List<TokenBlock> row) {
    return row.stream().map(TokenBlock::ids).toArray(long[][]::new);
  }
}
