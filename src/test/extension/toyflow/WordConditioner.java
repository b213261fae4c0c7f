/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package toyflow;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import sc.fiji.latentdiffusion.models.Conditioner;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.LazyNetwork;
import sc.fiji.latentdiffusion.models.Loading;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.Prompts;

/**
 * Words to conditioning: the mean of the words' rows in a table. It knows no weights of words and
 * no learned words, so it declares no widths, and the house refuses textual inversions.
 *
 * @param table whose numbers are in memory only while prompts are encoded
 * @param loading makes room in memory
 */
record WordConditioner(LazyNetwork<WordTable> table, Loading loading) implements Conditioner {

  @Override
  public Conditioning encode(Prompts prompts, int width, int height, NDManager owner) {
    requireNoSkip(prompts.prompt());
    loading.weights().makeRoom(table, 0);
    try (NDManager local = owner.newSubManager()) {
      NDList means = new NDList();
      for (Prompt prompt : prompts.batch()) {
        means.add(table.use(words -> words.mean(prompt.text(), local)));
      }
      NDArray states = NDArrays.concat(means);
      states.attach(owner);
      return new Conditioning(states, null);
    } finally {
      table.release();
    }
  }

  private static void requireNoSkip(Prompt prompt) {
    if (prompt.clipSkip() == 1) return;
    throw new IllegalArgumentException(
        "clipskip must be 1 for models of the family "
            + ToyFlow.LABEL
            + ", whose word table has no layers, but is "
            + prompt.clipSkip()
            + ".");
  }
}
