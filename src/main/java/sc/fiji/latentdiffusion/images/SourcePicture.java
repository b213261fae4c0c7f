/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Optional;
import java.util.function.Function;
import sc.fiji.latentdiffusion.models.SharedLatents;
import sc.fiji.latentdiffusion.pipeline.Start;

/**
 * The picture from which all answers start: it is read and encoded, its mask drawn, and its
 * reconstruction decoded by the first answer alone. Not for use by several threads.
 */
final class SourcePicture implements AutoCloseable {

  private final NDManager memory;
  private final SharedLatents latents;
  private Start.FromPicture start;
  private NDArray reconstructed;

  /**
   * @param memory owns all of it, and is closed with this
   */
  SourcePicture(NDManager memory) {
    this.memory = memory;
    latents = new SharedLatents(memory);
  }

  /**
   * Returns the start of an answer.
   *
   * @param made the start of the first answer, of arrays in the memory that it is given
   * @param owner owns what the answer changes
   */
  Start start(Function<NDManager, Start.FromPicture> made, NDManager owner) {
    if (start == null) start = made.apply(memory);
    Optional<NDArray> mask = start.mask().map(shares -> copy(shares, owner));
    return new Start.FromPicture(
        start.picture(), mask, start.prompted(), start.beside(), Optional.of(latents));
  }

  /** Returns the picture, encoded and decoded. */
  NDArray reconstructed(Function<NDManager, NDArray> made) {
    if (reconstructed == null) reconstructed = made.apply(memory);
    return reconstructed;
  }

  private static NDArray copy(NDArray array, NDManager owner) {
    NDArray copy = array.duplicate();
    copy.attach(owner);
    return copy;
  }

  @Override
  public void close() {
    memory.close();
  }
}
