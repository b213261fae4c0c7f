/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.pixart;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import sc.fiji.latentdiffusion.models.Conditioner;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.Loading;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.Prompts;
import sc.fiji.latentdiffusion.models.t5.T5TextEncoder;
import sc.fiji.latentdiffusion.models.unet.Sinusoids;

/**
 * Conditioning of PixArt: T5's states of the words, as many as a prompt has tokens, and for
 * PixArt-α the picture's height, width and aspect ratio.
 *
 * @param t5 whose layers are in memory one at a time
 * @param takesSizes whether the transformer takes the picture's size
 * @param loading has the precision of the run
 */
record PixArtConditioner(T5TextEncoder t5, boolean takesSizes, Loading loading)
    implements Conditioner {

  private static final int WAVES = PixArtTransformer2DModel.WAVES;
  private static final Sinusoids SINUSOIDS = new Sinusoids(WAVES, true, 0);

  @Override
  public Conditioning encode(Prompts prompts, int width, int height, NDManager owner) {
    prompts.batch().forEach(Prompt::requireNoSkip);
    try (NDManager local = owner.newSubManager()) {
      List<NDArray> states = t5.statesWithoutPadding(prompts.batch(), local);
      List<Integer> lengths = states.stream().map(text -> (int) text.getShape().get(1)).toList();
      float[] size = {height, width, (float) height / width};
      float[][] sizes = Collections.nCopies(states.size(), size).toArray(float[][]::new);
      NDArray cast = inRunPrecision(Conditioning.filled(states, local), owner);
      return new Conditioning(cast, lengths, takesSizes ? waves(sizes, owner) : null);
    }
  }

  @Override
  public Conditioning joined(NDArray states, NDArray text, float[][] ids, NDManager owner) {
    if (takesSizes && (ids == null || Arrays.stream(ids).anyMatch(row -> row.length != 3))) {
      throw new IllegalArgumentException(
          "The transformer also takes height, width and aspect ratio. Give a row of these three"
              + " numbers for each prompt.");
    }
    NDArray sizes = takesSizes ? waves(ids, owner) : null;
    return new Conditioning(inRunPrecision(states, owner), sizes);
  }

  private NDArray inRunPrecision(NDArray states, NDManager owner) {
    return loading.kernels().tensors().cast(owner, states, loading.precision());
  }

  private NDArray waves(float[][] sizes, NDManager owner) {
    float[] numbers = new float[sizes.length * 3 * WAVES];
    for (int i = 0; i < 3 * sizes.length; i++) {
      System.arraycopy(SINUSOIDS.of(sizes[i / 3][i % 3]), 0, numbers, i * WAVES, WAVES);
    }
    return loading.kernels().create(owner, numbers, new Shape(sizes.length, 3 * WAVES));
  }

  @Override
  public void close() {
    t5.close();
  }
}
