/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.random;

/**
 * Normally distributed numbers as PyTorch draws them on NVIDIA's GPUs: Philox-4x32-10 (Salmon et
 * al. 2011, "Parallel random numbers: as easy as 1, 2, 3") and the first number of Box and Muller's
 * transform in float32. Value i of draw j has the counter (j, 0, i, 0). These are the numbers of
 * AUTOMATIC1111's source "NV". A GPU's own differ where it has fewer threads than there are values.
 *
 * <p>Logarithm and sine are those of {@link StrictMath}, rounded to float32, which every machine
 * computes alike. Not for use by several threads.
 */
public final class Philox implements NormalStream {

  private static final int ROUNDS = 10;
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final long WORD = 0xFFFFFFFFL;
  private static final float TWO_PI = (float) (2 * Math.PI);

  private final long seed;
  private int draws;

  private Philox(long seed) {
    this.seed = seed;
  }

  /**
   * The numbers of a seed, from their beginning.
   *
   * @param seed all of its 64 bits count
   */
  public static Philox of(long seed) {
    return new Philox(seed);
  }

  @Override
  public float[] randn(int n) {
    float[] z = new float[n];
    for (int i = 0; i < n; i++) z[i] = normal(draws, i);
    draws++;
    return z;
  }

  /** The path has its own noise, of the whole seed. */
  @Override
  public BrownianPath path(int n) {
    return new BrownianPath(seed, n);
  }

  private float normal(int draw, int i) {
    int c0 = draw;
    int c1 = 0;
    int c2 = i;
    int c3 = 0;
    int key0 = (int) seed;
    int key1 = (int) (seed >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = MULTIPLIER_0 * (c0 & WORD);
      long product1 = MULTIPLIER_1 * (c2 & WORD);
      c0 = (int) (product1 >>> 32) ^ c1 ^ key0;
      c1 = (int) product1;
      c2 = (int) (product0 >>> 32) ^ c3 ^ key1;
      c3 = (int) product0;
      key0 += WEYL_0;
      key1 += WEYL_1;
    }
    return boxMuller(c0, c1);
  }

  /** {@code √(−2 ln u) · sin(2π v)} with u and v in 0…1, never 0. */
  private static float boxMuller(int x, int y) {
    float u = (x & WORD) * 0x1p-32f + 0x1p-33f;
    float angle = ((y & WORD) * 0x1p-32f + 0x1p-33f) * TWO_PI;
    float length = (float) Math.sqrt(-2 * (float) StrictMath.log(u));
    return length * (float) StrictMath.sin(angle);
  }
}
