/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.List;

/**
 * The tensors that a kernel takes as its {@code List[Tensor]}: made once, when the network is
 * built, and passed to every call; where weights are quantised, made for each call.
 */
public final class Parameters implements AutoCloseable {

  /** Makes the list for a call. */
  @FunctionalInterface
  interface Source {
    /**
     * @param after what is to be done after the call
     */
    IValue value(List<Runnable> after);
  }

  private final Source source;
  private final Runnable end;

  /**
   * Makes a list. It is to be closed; networks get theirs by {@link Weights#parameters}.
   *
   * @param tensors in the kernel's order; they must stay open as long as the list is used
   */
  public Parameters(List<NDArray> tensors) {
    IValue value =
        IValue.listFrom(tensors.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new));
    source = after -> value;
    end = value::close;
  }

  /** A list that is made for each call. */
  Parameters(Source source) {
    this.source = source;
    end = () -> {};
  }

  IValue value(List<Runnable> after) {
    return source.value(after);
  }

  /** Frees the list, not its tensors. */
  @Override
  public void close() {
    end.run();
  }
}
