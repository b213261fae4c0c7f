/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.unet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import sc.fiji.latentdiffusion.models.Residuals;
import sc.fiji.latentdiffusion.nn.TensorKernels;

/**
 * The inner states that an evaluation of a U-Net leaves for later ones: what the last resnet of the
 * last block takes from below, and what ControlNets added to the first convolution's result, which
 * that resnet takes beside it. Not for use by several threads.
 */
public final class KeptStates {

  private final NDManager owner;
  private NDArray inner;
  private List<Residuals> residuals = List.of();

  /**
   * @param owner owns the states
   */
  public KeptStates(NDManager owner) {
    this.owner = owner;
  }

  /**
   * Keeps copies in place of those kept before.
   *
   * @param state that enters the last resnet, {@code [b, c, h, w]}
   * @param added to all results of the way down, the first convolution's first
   */
  public void keep(NDArray state, List<Residuals> added, TensorKernels kernels) {
    if (inner != null) inner.close();
    residuals.forEach(Residuals::close);
    inner = kernels.copy(owner, state);
    residuals =
        added.stream()
            .map(all -> new Residuals(List.of(first(all, kernels)), all.scale()))
            .toList();
  }

  private NDArray first(Residuals all, TensorKernels kernels) {
    return kernels.copy(owner, all.blocks().get(0));
  }

  /**
   * Returns a copy of the state that enters the last resnet.
   *
   * @param memory owns it
   * @throws IllegalStateException if none was kept
   */
  public NDArray inner(NDManager memory, TensorKernels kernels) {
    if (inner == null) throw new IllegalStateException("No whole evaluation was kept.");
    return kernels.copy(memory, inner);
  }

  /** Returns the residuals of the first convolution's result, one block each. */
  List<Residuals> residuals() {
    return residuals;
  }
}
