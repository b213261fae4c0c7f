/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.flux;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import sc.fiji.latentdiffusion.models.Conditioner;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.clip.TextEncoder;
import sc.fiji.latentdiffusion.models.prompts.Prompts;
import sc.fiji.latentdiffusion.models.t5.T5TextEncoder;

/**
 * Conditioning of FLUX.1: T5's states of the words, and CLIP's state of the token that stands for
 * the whole prompt.
 *
 * @param clip whose weights are in memory only while prompts are encoded
 * @param t5 whose layers are in memory one at a time
 */
record FluxConditioner(TextEncoder clip, T5TextEncoder t5) implements Conditioner {

  @Override
  public Conditioning encode(Prompts prompts, int width, int height, NDManager owner) {
    NDArray text = whole(prompts, owner);
    try (NDArray states = t5.states(prompts.batch(), owner)) {
      return new Conditioning(clip.inRunPrecision(states, owner), text);
    }
  }

  private NDArray whole(Prompts prompts, NDManager owner) {
    TextEncoder reading = clip.with(prompts.prompt().words());
    clip.makeRoom();
    try {
      return reading.textEmbeds(reading.blocks(prompts.batch()), owner);
    } finally {
      clip.release();
    }
  }

  @Override
  public Conditioning joined(NDArray states, NDArray text, float[][] ids, NDManager owner) {
    if (text == null) {
      throw new IllegalArgumentException("The transformer also takes text_embeds. Give both.");
    }
    NDArray added = text.duplicate();
    added.attach(owner);
    return new Conditioning(clip.inRunPrecision(states, owner), added);
  }

  @Override
  public Map<Integer, Integer> widths() {
    return Map.of(clip.index(), clip.width());
  }

  @Override
  public void close() {
    clip.close();
    t5.close();
  }
}
