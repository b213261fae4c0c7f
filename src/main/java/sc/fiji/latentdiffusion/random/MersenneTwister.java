/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.random;

/** MT19937 (Matsumoto and Nishimura 1998), and torch's uniform numbers from its 32-bit words. */
final class MersenneTwister {

  private static final int N = 624;
  private static final int M = 397;

  private final int[] state = new int[N];
  private int position = N;

  /**
   * The generator of a seed.
   *
   * @param seed 32 bits
   */
  MersenneTwister(int seed) {
    state[0] = seed;
    for (int i = 1; i < N; i++) state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
  }

  /** The next 32 bits. */
  int next() {
    if (position == N) renew();
    int y = state[position++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >>> 18);
  }

  /** A float in [0, 1) of 24 random bits. */
  float uniformFloat() {
    return (next() & 0xFFFFFF) * 0x1p-24f;
  }

  /** A double in [0, 1) of 53 random bits, the first word being the upper one. */
  double uniformDouble() {
    long high = next();
    long low = next() & 0xFFFFFFFFL;
    return (((high << 32) | low) & ((1L << 53) - 1)) * 0x1p-53;
  }

  private void renew() {
    for (int i = 0; i < N; i++) {
      int y = (state[i] & 0x80000000) | (state[(i + 1) % N] & 0x7fffffff);
      state[i] = state[(i + M) % N] ^ (y >>> 1) ^ ((y & 1) == 0 ? 0 : 0x9908b0df);
    }
    position = 0;
  }
}
