/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.stablediffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.clip.TextEncoder;
import sc.fiji.latentdiffusion.models.prompts.Prompts;

/**
 * Conditioning of Stable Diffusion 1.x and 2.x: the states of one CLIP text encoder after its final
 * layer norm.
 *
 * @param encoder whose weights are in memory only while prompts are encoded
 */
record StableDiffusionConditioner(TextEncoder encoder) implements UNetConditioner {

  @Override
  public Conditioning encode(Prompts prompts, int width, int height, NDManager owner) {
    int skip = prompts.prompt().clipSkip() - 1;
    TextEncoder reading = encoder.with(prompts.prompt().words());
    encoder.makeRoom();
    try (NDArray states = reading.states(reading.blocks(prompts.batch()), skip, true, owner)) {
      return new Conditioning(encoder.inRunPrecision(states, owner), null);
    } finally {
      encoder.release();
    }
  }

  @Override
  public Conditioning joined(NDArray states, NDArray text, float[][] ids, NDManager owner) {
    return new Conditioning(encoder.inRunPrecision(states, owner), null);
  }

  @Override
  public Map<Integer, Integer> widths() {
    return Map.of(encoder.index(), encoder.width());
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
