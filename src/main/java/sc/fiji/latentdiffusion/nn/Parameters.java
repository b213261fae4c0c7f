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

  Parameters(List<NDArray> tensors) {
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
