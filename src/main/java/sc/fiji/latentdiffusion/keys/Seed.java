package sc.fiji.latentdiffusion.keys;

import java.math.BigInteger;
import sc.fiji.latentdiffusion.pipeline.Sampling;

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
    boolean drawn = seed.equals(BigInteger.ONE.negate());
    if (!drawn && (seed.signum() < 0 || seed.bitLength() > BITS)) {
      throw new IllegalArgumentException(
          key + " must be −1 (draw one) or 0…18446744073709551615, but is " + seed + ".");
    }
    return drawn ? -1 : seed.longValue() & Sampling.MAX_SEED;
  }

  /** Returns the note on a key's seed of which only a part is used; empty for others. */
  public static String note(String key, BigInteger seed) {
    return seed.bitLength() <= 32
        ? ""
        : String.format(
            "%s=%d is larger than 2^32−1: its lower 32 bits are used, as torch does, %s=%d.",
            key, seed, key, used(key, seed));
  }
}
