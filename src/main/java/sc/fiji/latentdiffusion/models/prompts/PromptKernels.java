/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.prompts;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import sc.fiji.latentdiffusion.nn.KernelFunctions;
import sc.fiji.latentdiffusion.nn.Kernels;

/** The kernels of encoded prompts; the text is {@code prompts}. */
public final class PromptKernels {

  private final Kernels kernels;
  private final KernelFunctions functions;

  public PromptKernels(Kernels kernels) {
    this.kernels = kernels;
    functions = kernels.functions(PromptKernels.class, "prompts");
  }

  /**
   * Returns what is added to the scores of attention, so that no padding is seen: 0 for a token, −∞
   * for what fills up.
   *
   * @param lengths how many tokens there are, for each batch entry; none if nothing fills up
   * @param tokens n, with what fills up
   * @param owner of the result
   * @return {@code [b, 1, 1, n]}, or {@code [1, 1, 1, n]} without lengths; float32
   */
  public NDArray penalties(List<Integer> lengths, int tokens, NDManager owner) {
    int rows = Math.max(1, lengths.size());
    float[] numbers = new float[rows * tokens];
    for (int i = 0; i < lengths.size(); i++) {
      int row = i * tokens;
      Arrays.fill(numbers, row + lengths.get(i), row + tokens, Float.NEGATIVE_INFINITY);
    }
    return kernels.create(owner, numbers, new Shape(rows, 1, 1, tokens));
  }

  /**
   * Weights the states of tokens, then restores the mean of each prompt's states, as the web UI of
   * AUTOMATIC1111 does.
   *
   * @param row the tokens of each prompt, b of them, each of n
   * @param states {@code [b, n, d]}
   * @return of the states' manager, {@code [b, n, d]}; the states themselves if all tokens weigh 1
   */
  public NDArray weighted(List<TokenBlock> row, NDArray states) {
    if (row.stream().noneMatch(TokenBlock::isWeighted)) return states;
    int length = (int) states.getShape().get(1);
    float[] weights = new float[row.size() * length];
    for (int i = 0; i < row.size(); i++) {
      System.arraycopy(row.get(i).weights(), 0, weights, i * length, length);
    }
    NDManager owner = states.getManager();
    NDArray factors = owner.create(weights, new Shape(row.size(), length, 1));
    return functions.call(owner, "weighted", states, factors);
  }
}
