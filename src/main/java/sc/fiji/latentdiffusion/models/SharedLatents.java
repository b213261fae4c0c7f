/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.function.Function;

/**
 * What several runs from one picture have in common: its latents, and the channels of a model that
 * sees it. Each is computed by the first run that needs it. Not for use by several threads.
 */
public final class SharedLatents {

  private final NDManager memory;
  private NDArray own;
  private NDArray channels;

  /**
   * @param memory owns them, and stays open until the last run is closed
   */
  public SharedLatents(NDManager memory) {
    this.memory = memory;
  }

  /**
   * Returns the picture's latents.
   *
   * @param encoded computes them; called once
   * @param owner owns the copy that is returned
   */
  public NDArray own(Function<NDManager, NDArray> encoded, NDManager owner) {
    if (own == null) own = encoded.apply(memory);
    return copy(own, owner);
  }

  /** Returns the further channels, as {@link #own}. */
  public NDArray channels(Function<NDManager, NDArray> encoded, NDManager owner) {
    if (channels == null) channels = encoded.apply(memory);
    return copy(channels, owner);
  }

  private static NDArray copy(NDArray array, NDManager owner) {
    NDArray copy = array.duplicate();
    copy.attach(owner);
    return copy;
  }
}
