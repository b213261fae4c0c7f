/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.random;

import java.util.Arrays;
import sc.fiji.latentdiffusion.settings.KeyCheck;

/**
 * A second seed, towards whose noise the first noise of a run is turned: variations of one picture,
 * as in AUTOMATIC1111's web interface. All later draws come from the first seed's stream.
 *
 * @param share of the second noise, 0 (none) … 1 (the second alone)
 * @param seed of the second noise, 0 … the generator's largest, or −1 to draw one; −1 where the
 *     share is 0
 */
public record Variation(double share, long seed) {

  /** The first seed's noise alone. */
  public static final Variation NONE = new Variation(0, -1);

  /**
   * Checks both values.
   *
   * @throws IllegalArgumentException naming the key, the values it may have and the one it has
   */
  public Variation {
    KeyCheck.require(share >= 0 && share <= 1, "share", "between 0 and 1", share);
    KeyCheck.require(seed >= -1, "seed2", "−1 (draw one) or at least 0", seed);
    if (share == 0 && seed >= 0) {
      throw new IllegalArgumentException(
          "seed2 is used only with share above 0, but share is 0 and seed2 is "
              + seed
              + ". Give share (share=0.2), or leave seed2 out.");
    }
  }

  /** Returns whether there is a second noise. */
  public boolean isOn() {
    return share > 0;
  }

  /** Returns this one if its seed is known or not used, else a copy with a random one. */
  public Variation drawn() {
    return isOn() && seed < 0 ? new Variation(share, Rng.drawnSeed()) : this;
  }

  /** Returns a copy with a later seed; after the largest comes 0. */
  public Variation later(int by, Rng rng) {
    return new Variation(share, rng.later(seed, by));
  }

  /**
   * Turns the first noise of a sample.
   *
   * @param first all numbers of the sample
   * @param rng draws the second noise
   * @return as many numbers; the same array if there is no second noise
   */
  public float[] turned(float[] first, Rng rng) {
    return isOn() ? Slerp.between(first, rng.of(seed).randn(first.length), share) : first;
  }

  /**
   * Turns the first noise of a batch.
   *
   * @param first all numbers, sample after sample
   * @param rng draws the second noise
   * @param samples in the batch; sample i has the seed of {@code later(i)}
   */
  public float[] turned(float[] first, Rng rng, int samples) {
    if (!isOn()) return first;
    int n = first.length / samples;
    float[] all = new float[first.length];
    for (int i = 0; i < samples; i++) {
      float[] own = Arrays.copyOfRange(first, i * n, (i + 1) * n);
      System.arraycopy(later(i, rng).turned(own, rng), 0, all, i * n, n);
    }
    return all;
  }
}
