/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.random;

/**
 * Normally distributed numbers as {@code torch.Generator("cpu").manual_seed(seed)} gives them to
 * {@code torch.randn}: a Mersenne Twister (Matsumoto and Nishimura 1998, MT19937) and torch's two
 * ways from its bits to the normal distribution.
 *
 * <p>The bits are torch's exactly. Logarithm, sine and cosine are those of {@link StrictMath},
 * which every machine computes alike; torch's own differ between its vectorised and plain builds in
 * the last bit of a float, so values agree with torch's within 1e-6, and with themselves to the bit
 * on every machine. Not for use by several threads.
 */
public final class Noise implements NormalStream {

  private static final int BLOCK = 16;

  private final long seed;
  private final MersenneTwister bits;
  private double cached = Double.NaN;

  private Noise(long seed) {
    this.seed = seed;
    bits = new MersenneTwister((int) seed);
  }

  /**
   * The noise of a seed, from its beginning.
   *
   * @param seed the seed, of which torch uses the low 32 bits
   * @return a new stream
   */
  public static Noise of(long seed) {
    return new Noise(seed);
  }

  /**
   * The next uniform numbers of the stream, what {@code torch.rand(n, generator=g)} would give.
   *
   * @param n how many, ≥ 0
   * @return numbers from 0 to less than 1
   */
  public float[] rand(int n) {
    float[] u = new float[n];
    fill(u, 0);
    return u;
  }

  /**
   * The next whole numbers of the stream, what {@code torch.randint(0, bound, (n,), generator=g)}
   * would give.
   *
   * @param bound above all of them, 1 … 2³¹ − 1
   * @param n how many, ≥ 0
   * @return numbers from 0 to less than the bound
   */
  public int[] randint(int bound, int n) {
    int[] drawn = new int[n];
    for (int i = 0; i < n; i++) drawn[i] = Integer.remainderUnsigned(bits.next(), bound);
    return drawn;
  }

  /**
   * The next numbers of the stream, what {@code torch.randn(n, generator=g)} would give. As in
   * torch, ten calls for one number are not one call for ten or one for a hundred.
   *
   * @param n how many, ≥ 0
   * @return numbers of mean 0 and variance 1
   */
  @Override
  public float[] randn(int n) {
    return n < BLOCK ? few(n) : many(n);
  }

  @Override
  public BrownianPath path(int n) {
    return new BrownianPath(seed, n);
  }

  /** Box–Muller in double; the second value of a pair waits for the next call of this kind. */
  private float[] few(int n) {
    float[] z = new float[n];
    for (int i = 0; i < n; i++) z[i] = (float) nextDouble();
    return z;
  }

  private double nextDouble() {
    double result = cached;
    cached = Double.NaN;
    if (!Double.isNaN(result)) return result;
    double theta = 2 * Math.PI * bits.uniformDouble();
    double r = Math.sqrt(-2 * StrictMath.log1p(-bits.uniformDouble()));
    cached = r * StrictMath.sin(theta);
    return r * StrictMath.cos(theta);
  }

  /** Box–Muller in float32 over blocks of 16; the last 16 are drawn anew if n is no multiple. */
  private float[] many(int n) {
    float[] z = new float[n];
    fill(z, 0);
    for (int i = 0; i <= n - BLOCK; i += BLOCK) transform(z, i);
    if (n % BLOCK != 0) {
      fill(z, n - BLOCK);
      transform(z, n - BLOCK);
    }
    return z;
  }

  private void fill(float[] z, int from) {
    for (int i = from; i < z.length; i++) z[i] = bits.uniformFloat();
  }

  private static void transform(float[] z, int from) {
    for (int j = from; j < from + BLOCK / 2; j++) {
      float theta = (float) (2 * Math.PI) * z[j + BLOCK / 2];
      float r = (float) Math.sqrt(-2 * (float) StrictMath.log(1 - z[j]));
      z[j] = r * (float) StrictMath.cos(theta);
      z[j + BLOCK / 2] = r * (float) StrictMath.sin(theta);
    }
  }
}
