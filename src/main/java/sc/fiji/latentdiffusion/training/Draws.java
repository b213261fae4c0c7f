/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.training;

import sc.fiji.latentdiffusion.random.Noise;

/**
 * The random numbers of one step, drawn in this order by a generator of its own, so that a
 * continued training draws as if it had not been interrupted.
 *
 * @param crops which crops, one for each batch entry
 * @param turned how each is turned, 0 … 7
 * @param posterior numbers of mean 0 and variance 1, {@code [b, c, h, w]}
 * @param noise the same
 * @param timesteps one for each batch entry
 */
record Draws(int[] crops, int[] turned, float[] posterior, float[] noise, int[] timesteps) {

  private static final int ORIENTATIONS = 8;

  /**
   * Draws.
   *
   * @param recipe gives seed and batch
   * @param step from 0
   * @param crops how many there are to choose from
   * @param numbers of one crop's latents
   * @param timesteps how many there are to choose from
   */
  static Draws of(Recipe recipe, int step, int crops, int numbers, int timesteps) {
    Noise generator = Noise.of((recipe.seed() + step) & 0xFFFFFFFFL);
    int b = recipe.batch();
    int[] chosen = generator.randint(crops, b);
    int[] turned = generator.randint(ORIENTATIONS, b);
    return new Draws(
        chosen,
        recipe.augment() ? turned : new int[b],
        generator.randn(b * numbers),
        generator.randn(b * numbers),
        generator.randint(timesteps, b));
  }
}
