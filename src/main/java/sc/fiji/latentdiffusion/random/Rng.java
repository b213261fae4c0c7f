/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.random;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The generators of noise, by their names in macros. */
public enum Rng {
  /** torch's on the CPU, which uses the lower 32 bits of a seed. */
  TORCH(0xFFFFFFFFL) {
    @Override
    public NormalStream of(long seed) {
      return Noise.of(seed);
    }
  },
  /** torch's on NVIDIA's GPUs, which uses seeds up to 2^63−1. */
  CUDA(Long.MAX_VALUE) {
    @Override
    public NormalStream of(long seed) {
      return Philox.of(seed);
    }
  };

  private final long largest;

  Rng(long largest) {
    this.largest = largest;
  }

  /**
   * Returns a generator by its name in macros.
   *
   * @throws IllegalArgumentException if it is none; the message lists them
   */
  public static Rng named(String name) {
    for (Rng rng : values()) {
      if (rng.toString().equals(name)) return rng;
    }
    List<String> names = Arrays.stream(values()).map(Rng::toString).toList();
    throw new IllegalArgumentException("rng must be one of " + names + ", but is " + name + ".");
  }

  /** Returns the noise of a seed, from its beginning. */
  public abstract NormalStream of(long seed);

  /** Returns the largest seed, 2^32−1 or 2^63−1. */
  public long largestSeed() {
    return largest;
  }

  /** Returns a random seed that every generator takes, 0 … 2^32−1. */
  public static long drawnSeed() {
    return new SecureRandom().nextLong() & TORCH.largest;
  }

  /** Returns a later seed; after the largest comes 0. */
  public long later(long seed, int by) {
    return (seed + by) & largest;
  }

  /** Returns the name in macros. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
