/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.sampler;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import java.util.Optional;

/**
 * One answer of a run that is at its end; a run makes as many as its batch has. The arrays are
 * valid until the run is closed.
 *
 * @param latents the final ones, {@code [1, c, h, w]}, float32
 * @param picture {@code [1, 3, f·h, f·w]}, float32, about −1…1, not clamped
 * @param known the region that must not change; empty if all may change
 */
public record Answer(NDArray latents, NDArray picture, Optional<KnownLatents> known) {

  /**
   * Returns the part of an array that belongs to one answer.
   *
   * @param batch {@code [b, …]}
   * @param index of the answer, from 0
   * @return {@code [1, …]}, which shares the memory of the whole; the array itself if b is 1
   */
  public static NDArray of(NDArray batch, int index) {
    return batch.getShape().get(0) == 1 ? batch : batch.get(new NDIndex("{}:{}", index, index + 1));
  }
}
