package sc.fiji.latentdiffusion.models.prompts;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import sc.fiji.latentdiffusion.nn.KernelFunctions;
import sc.fiji.latentdiffusion.nn.Kernels;

/** The kernels of encoded prompts; the text is {@code prompts}. */
public final class PromptKernels {

  private final KernelFunctions functions;

  public PromptKernels(Kernels kernels) {
    functions = kernels.functions(PromptKernels.class, "prompts");
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
