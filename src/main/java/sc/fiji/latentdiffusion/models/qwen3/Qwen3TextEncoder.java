/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.qwen3;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.models.LazyNetwork;
import sc.fiji.latentdiffusion.models.Loading;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.TokenBlock;
import sc.fiji.latentdiffusion.settings.Config;

/** Qwen3 with its tokenizer, whose weights are in memory only while prompts are encoded. */
public final class Qwen3TextEncoder {

  private final Qwen3Files files;
  private final Loading loading;
  private final LazyNetwork<Qwen3Model> network;

  /**
   * Builds the network from the headers of its files.
   *
   * @param files of both
   * @param with device, precision, changes of weights
   * @throws IOException if a file is missing or not right
   */
  public Qwen3TextEncoder(Qwen3Files files, Loading with) throws IOException {
    this.files = files;
    loading = with;
    Config config = files.model().config(files.encoder());
    network =
        with.network("text encoder", files.model(), files.encoder(), w -> Qwen3Model.of(w, config));
  }

  /** Returns how many numbers it gives for a token. */
  public int width() {
    return network.outline().width();
  }

  /**
   * Encodes prompts.
   *
   * @param prompts at least one
   * @param owner owns the results
   * @return the states of each prompt's tokens, {@code [1, tokens, d]}, float32
   * @throws IllegalArgumentException if a prompt skips layers
   * @throws UncheckedIOException if a file can't be read any more
   */
  public List<NDArray> states(List<Prompt> prompts, NDManager owner) {
    prompts.forEach(Prompt::requireNoSkip);
    List<List<TokenBlock>> blocks = blocks(prompts);
    loading.weights().makeRoom(network, 0);
    try {
      List<NDArray> states = new ArrayList<>();
      for (List<TokenBlock> text : blocks) {
        states.add(network.use(qwen -> qwen.forward(text.get(0).ids(), owner)));
      }
      return states;
    } finally {
      network.release();
    }
  }

  private List<List<TokenBlock>> blocks(List<Prompt> prompts) {
    try {
      return files.encode(prompts);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
