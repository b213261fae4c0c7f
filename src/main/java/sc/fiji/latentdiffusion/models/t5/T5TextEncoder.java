/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.t5;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import sc.fiji.latentdiffusion.models.Loading;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.PromptKernels;
import sc.fiji.latentdiffusion.models.prompts.TokenBlock;

/** A T5 tokenizer with its text encoder. */
public final class T5TextEncoder implements AutoCloseable {

  private final PromptKernels weighing;
  private final T5Tokenizer tokenizer;
  private final T5EncoderModel encoder;

  /**
   * Builds both from a model's files; the text encoder's weights are read when it works.
   *
   * @param files of both
   * @param with device, precision, changes of weights
   * @throws IOException if a file is missing or not right
   */
  public T5TextEncoder(T5Files files, Loading with) throws IOException {
    weighing = new PromptKernels(with.kernels());
    encoder = new T5EncoderModel(files.model(), files.encoder(), with);
    tokenizer = files.tokenizer();
  }

  /** Returns how many numbers it gives for a token. */
  public int width() {
    return encoder.width();
  }

  /**
   * Encodes prompts.
   *
   * @param owner owns the result
   * @return the states of all tokens, padding included, {@code [prompts, length, d]}, float32
   */
  public NDArray states(List<Prompt> prompts, NDManager owner) {
    List<TokenBlock> row = prompts.stream().map(tokenizer::encode).toList();
    long[][] ids = row.stream().map(TokenBlock::ids).toArray(long[][]::new);
    try (NDManager local = owner.newSubManager()) {
      NDArray states = weighing.weighted(row, encoder.forward(ids, local));
      states.attach(owner);
      return states;
    }
  }

  /**
   * Encodes prompts, of which no padding is seen.
   *
   * @param owner owns the result
   * @return the states of each prompt's tokens, {@code [1, n, d]}, float32
   */
  public List<NDArray> statesWithoutPadding(List<Prompt> prompts, NDManager owner) {
    List<TokenBlock> row = prompts.stream().map(tokenizer::encode).toList();
    List<Integer> lengths = row.stream().map(TokenBlock::length).toList();
    int longest = Collections.max(lengths);
    long[][] ids =
        row.stream().map(block -> Arrays.copyOf(block.ids(), longest)).toArray(long[][]::new);
    List<NDArray> states = new ArrayList<>();
    try (NDManager local = owner.newSubManager()) {
      NDArray all = encoder.forward(ids, lengths, local);
      for (int i = 0; i < ids.length; i++) {
        NDArray own = all.get("{}:{}, :{}", i, i + 1, lengths.get(i));
        states.add(weighing.weighted(row.subList(i, i + 1), own));
      }
      states.forEach(array -> array.attach(owner));
    }
    return List.copyOf(states);
  }

  /** Frees the tokenizer. */
  @Override
  public void close() {
    tokenizer.close();
  }
}
