/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.stablediffusion3;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.models.Conditioner;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.clip.TextEncoder;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.Prompts;
import sc.fiji.latentdiffusion.models.prompts.TokenBlock;
import sc.fiji.latentdiffusion.models.t5.T5TextEncoder;

/**
 * Conditioning of Stable Diffusion 3 (Esser et al. 2024, section 4): the penultimate layers' states
 * of two CLIP text encoders side by side, filled up with zeros to T5's width; behind them T5's
 * states, or zeros. The embeddings of the whole prompt by both CLIPs stand beside.
 *
 * @param clips two, whose weights are in memory only while prompts are encoded
 * @param t5 whose layers are in memory one at a time; empty for zeros in place of its states
 * @param width of a token's state that the transformer takes
 */
record StableDiffusion3Conditioner(List<TextEncoder> clips, Optional<T5TextEncoder> t5, int width)
    implements Conditioner {

  @Override
  public Conditioning encode(Prompts prompts, int pixels, int lines, NDManager owner) {
    List<TextEncoder> reading =
        clips.stream().map(clip -> clip.with(prompts.prompt().words())).toList();
    clips.forEach(TextEncoder::makeRoom);
    try {
      return new StableDiffusion3Conditioner(reading, t5, width).encoded(prompts, owner);
    } finally {
      clips.forEach(TextEncoder::release);
    }
  }

  private Conditioning encoded(Prompts prompts, NDManager owner) {
    try (NDManager local = owner.newSubManager()) {
      List<List<List<TokenBlock>>> blocks = blocks(prompts.batch());
      int clipSkip = prompts.prompt().clipSkip();
      NDArray first = clips.get(0).states(blocks.get(0), clipSkip, false, local);
      NDArray firstText = clips.get(0).textEmbeds(blocks.get(0), local);
      clips.get(0).release(); // the encoders are never in memory together
      NDArray second = clips.get(1).states(blocks.get(1), clipSkip, false, local);
      NDArray text = firstText.concat(clips.get(1).textEmbeds(blocks.get(1), local), 1);
      clips.get(1).release();
      NDArray states = filled(first.concat(second, 2), local);
      NDArray last = t5States(prompts.batch(), local);
      return joined(states.concat(last, 1), text, null, owner);
    }
  }

  /** By encoder, by prompt; in both equally many. */
  private List<List<List<TokenBlock>>> blocks(List<Prompt> prompts) {
    List<List<List<TokenBlock>>> all = new ArrayList<>();
    clips.forEach(clip -> all.add(clip.blocks(prompts)));
    int count = all.stream().mapToInt(blocks -> blocks.get(0).size()).max().orElse(1);
    for (int i = 0; i < clips.size(); i++) clips.get(i).fill(all.get(i), count);
    return all;
  }

  private NDArray filled(NDArray states, NDManager local) {
    Shape shape = states.getShape();
    long missing = width - shape.get(2);
    if (missing == 0) return states;
    return states.concat(local.zeros(new Shape(shape.get(0), shape.get(1), missing)), 2);
  }

  private NDArray t5States(List<Prompt> prompts, NDManager local) {
    return t5.isPresent()
        ? t5.get().states(prompts, local)
        : local.zeros(new Shape(prompts.size(), StableDiffusion3Files.T5_LENGTH, width));
  }

  @Override
  public Conditioning joined(NDArray states, NDArray text, float[][] ids, NDManager owner) {
    if (text == null) {
      throw new IllegalArgumentException("The transformer also takes text_embeds. Give both.");
    }
    NDArray added = text.duplicate();
    added.attach(owner);
    return new Conditioning(clips.get(0).inRunPrecision(states, owner), added);
  }

  @Override
  public Map<Integer, Integer> widths() {
    Map<Integer, Integer> widths = new LinkedHashMap<>();
    clips.forEach(clip -> widths.put(clip.index(), clip.width()));
    return widths;
  }

  @Override
  public void close() {
    clips.forEach(TextEncoder::close);
    t5.ifPresent(T5TextEncoder::close);
  }
}
