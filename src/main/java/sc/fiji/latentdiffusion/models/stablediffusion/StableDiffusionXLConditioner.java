/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.stablediffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.clip.TextEncoder;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.Prompts;
import sc.fiji.latentdiffusion.models.prompts.TokenBlock;
import sc.fiji.latentdiffusion.models.unet.UNet2DConditionModel;

/**
 * Conditioning of Stable Diffusion XL (Podell et al. 2023): the penultimate layers' states of two
 * text encoders side by side – in the refiner of the second alone –, without final layer norm. The
 * second one's embedding of the whole prompt is added, with the picture's size and crop; in the
 * refiner an aesthetic score stands in place of the target size.
 *
 * @param encoders one or two, whose weights are in memory only while prompts are encoded
 * @param unet joins the embedding of the prompt with sizes; it needs no weights for that
 * @param forceZeros whether an empty negative prompt is all zeros
 * @param aesthetic whether the U-Net takes an aesthetic score
 */
record StableDiffusionXLConditioner(
    List<TextEncoder> encoders, UNet2DConditionModel unet, boolean forceZeros, boolean aesthetic)
    implements UNetConditioner {

  /** Scores that diffusers gives the refiner. */
  private static final float AESTHETIC_SCORE = 6;

  private static final float NEGATIVE_AESTHETIC_SCORE = 2.5f;

  @Override
  public Conditioning encode(Prompts prompts, int width, int height, NDManager owner) {
    List<TextEncoder> reading =
        encoders.stream().map(encoder -> encoder.with(prompts.prompt().words())).toList();
    encoders.forEach(TextEncoder::makeRoom);
    try {
      return new StableDiffusionXLConditioner(reading, unet, forceZeros, aesthetic)
          .encoded(prompts, width, height, owner);
    } finally {
      encoders.forEach(TextEncoder::release);
    }
  }

  private Conditioning encoded(Prompts prompts, int width, int height, NDManager owner) {
    try (NDManager local = owner.newSubManager()) {
      List<List<List<TokenBlock>>> blocks = blocks(prompts.batch());
      NDArray states = states(blocks, prompts.prompt().clipSkip(), local);
      NDArray text = last().textEmbeds(blocks.get(encoders.size() - 1), local);
      if (forceZeros && prompts.negative().filter(Prompt::isEmpty).isPresent()) {
        NDArray kept = local.create(new float[] {0, 1}, new Shape(2, 1));
        text = text.mul(kept);
        states = states.mul(kept.reshape(2, 1, 1));
      }
      return joined(states, text, timeIds(prompts.batch().size(), width, height), owner);
    }
  }

  @Override
  public Conditioning joined(NDArray states, NDArray text, float[][] ids, NDManager owner) {
    if (text == null || ids == null) {
      throw new IllegalArgumentException(
          "The U-Net also takes text_embeds and time_ids. Give both.");
    }
    try (NDManager local = owner.newSubManager()) {
      NDArray added = unet.addedCond(text, ids, local);
      added.attach(owner);
      return new Conditioning(last().inRunPrecision(states, owner), added);
    }
  }

  /**
   * Returns the blocks of tokens, [encoder][prompt]; all lists have one length, by empty blocks.
   */
  private List<List<List<TokenBlock>>> blocks(List<Prompt> prompts) {
    List<List<List<TokenBlock>>> all = new ArrayList<>();
    encoders.forEach(encoder -> all.add(encoder.blocks(prompts)));
    int count = all.stream().mapToInt(blocks -> blocks.get(0).size()).max().orElse(1);
    for (int i = 0; i < encoders.size(); i++) encoders.get(i).fill(all.get(i), count);
    return all;
  }

  private NDArray states(List<List<List<TokenBlock>>> blocks, int clipSkip, NDManager local) {
    NDArray states = encoders.get(0).states(blocks.get(0), clipSkip, false, local);
    if (encoders.size() == 1) return states;
    encoders.get(0).release(); // the two are never in memory together
    return states.concat(encoders.get(1).states(blocks.get(1), clipSkip, false, local), 2);
  }

  /** Original height and width, crop from top and left, then the target's size, or the score. */
  private float[][] timeIds(int prompts, int width, int height) {
    float[][] ids = new float[prompts][];
    for (int i = 0; i < prompts; i++) {
      boolean negative = i < prompts - 1;
      float score = negative ? NEGATIVE_AESTHETIC_SCORE : AESTHETIC_SCORE;
      ids[i] =
          aesthetic
              ? new float[] {height, width, 0, 0, score}
              : new float[] {height, width, 0, 0, height, width};
    }
    return ids;
  }

  private TextEncoder last() {
    return encoders.get(encoders.size() - 1);
  }

  @Override
  public Map<Integer, Integer> widths() {
    Map<Integer, Integer> widths = new LinkedHashMap<>();
    encoders.forEach(encoder -> widths.put(encoder.index(), encoder.width()));
    return widths;
  }

  @Override
  public int width() {
    return encoders.stream().mapToInt(TextEncoder::width).sum();
  }

  @Override
  public int addedWidth(int timeChannels) {
    return last().projectedWidth() + (aesthetic ? 5 : 6) * timeChannels;
  }

  @Override
  public void close() {
    encoders.forEach(TextEncoder::close);
  }
}
