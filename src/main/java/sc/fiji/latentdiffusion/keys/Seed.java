/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.keys;

import java.math.BigInteger;
import sc.fiji.latentdiffusion.random.Rng;

/**
 * The part of a seed that is used. Other programs have seeds of 64 bits, of which {@code
 * torch.Generator("cpu").manual_seed} takes the lower 32.
 */
public final class Seed {

  private static final int BITS = 64;

  private Seed() {}

  /**
   * Returns the seed that gives the same noise.
   *
   * @param key for messages
   * @param seed −1, to draw one, or 0…2^64−1
   * @return −1 or 0…2^32−1
   * @throws IllegalArgumentException if it is another number
   */
  public static long used(String key, BigInteger seed) {
    return used(key, seed, Rng.TORCH);
  }

  /**
   * Returns the seed that gives the same noise.
   *
   * @param key for messages
   * @param seed −1, to draw one, or 0…2^64−1; 0…2^63−1 for a generator that uses all of it
   * @param rng the generator
   * @return −1, or 0…the generator's largest
   * @throws IllegalArgumentException if it is another number
   */
  public static long used(String key, BigInteger seed, Rng rng) {
    boolean drawn = seed.equals(BigInteger.ONE.negate());
    int bits = rng == Rng.TORCH ? BITS : BITS - 1;
    if (!drawn && (seed.signum() < 0 || seed.bitLength() > bits)) {
      BigInteger largest = BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE);
      String with = rng == Rng.TORCH ? "" : " with rng=" + rng;
      throw new IllegalArgumentException(
          key + " must be −1 (draw one) or 0…" + largest + with + ", but is " + seed + ".");
    }
    return drawn ? -1 : seed.longValue() & rng.largestSeed();
  }

  /** Returns the note on a key's seed of which torch's generator uses a part; empty for others. */
  public static String note(String key, BigInteger seed) {
    return note(key, seed, Rng.TORCH);
  }

  /** Returns the note on a key's seed of which only a part is used; empty for others. */
  public static String note(String key, BigInteger seed, Rng rng) {
    return seed.bitLength() <= 32 || rng != Rng.TORCH
        ? ""
        : String.format(
            "%s=%d is larger than 2^32−1: its lower 32 bits are used, as torch does, %s=%d.",
            key, seed, key, used(key, seed));
  }
}
