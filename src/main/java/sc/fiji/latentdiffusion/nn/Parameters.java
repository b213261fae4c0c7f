package sc.fiji.latentdiffusion.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.List;

/**
 * The tensors that a kernel takes as its {@code List[Tensor]}: made once, when the network is
 * built, and passed to every call.
 */
public final class Parameters implements AutoCloseable {

  private final IValue value;

  /**
   * Makes a list. It is to be closed; networks get theirs by {@link Weights#parameters}.
   *
   * @param tensors in the kernel's order; they must stay open as long as the list is used
   */
  public Parameters(List<NDArray> tensors) {
    value = IValue.listFrom(tensors.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new));
  }

  IValue value() {
    return value;
  }

  /** Frees the list, not its tensors. */
  @Override
  public void close() {
    value.close();
  }
}
