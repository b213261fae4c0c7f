/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.stablediffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.clip.TextEncoder;
import sc.fiji.latentdiffusion.models.prompts.Prompts;

/**
 * The conditioning of a U-Net of Stable Diffusion that was trained on without prompts: always that
 * of an empty text, start and end token alone.
 *
 * @param encoder whose weights are in memory only while it is encoded
 */
record EmptyTextConditioner(TextEncoder encoder) implements UNetConditioner {

  @Override
  public Conditioning encode(Prompts prompts, int width, int height, NDManager owner) {
    encoder.makeRoom();
    try (NDArray states = encoder.emptyText(owner)) {
      return new Conditioning(encoder.inRunPrecision(states, owner), null);
    } finally {
      encoder.release();
    }
  }

  @Override
  public int width() {
    return encoder.width();
  }

  @Override
  public int addedWidth(int timeChannels) {
    return 0;
  }

  @Override
  public void close() {
    encoder.close();
  }
}
