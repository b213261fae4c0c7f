/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.random.NoiseBatch;
import sc.fiji.latentdiffusion.random.NormalStream;
import sc.fiji.latentdiffusion.random.Philox;
import sc.fiji.latentdiffusion.random.Rng;

/** The noise of GPUs; {@code src/test/python/philox.py} makes the numbers. */
class PhiloxTest {

  private static final float DRAW = 1e-6f;

  @Test
  void drawsAreThoseOfAutomatic1111sSourceNv() {
    assertArrayEquals(
        new float[] {-0.924663f, -0.425344f, -2.643846f, 0.145184f}, Philox.of(0).randn(4), DRAW);
    NormalStream stream = Philox.of(42);
    assertArrayEquals(
        new float[] {0.194019f, 2.161374f, -0.172051f, 0.849060f}, stream.randn(4), DRAW);
    assertArrayEquals(new float[] {0.139137f, -0.108216f}, stream.randn(2), DRAW);
  }

  @Test
  void wholeDrawsOfSeedsUpTo63BitsAgreeWithNumpy() throws IOException {
    Golden golden = Golden.read(Golden.root().resolve("philox.safetensors"));
    for (long seed : new long[] {0, 42, 4294967295L, 4294967303L, Long.MAX_VALUE}) {
      NormalStream stream = Philox.of(seed);
      for (int draw = 0; draw < 2; draw++) {
        float[] expected = golden.floats(seed + "." + draw);
        assertArrayEquals(expected, stream.randn(expected.length), DRAW, seed + "." + draw);
      }
    }
  }

  @Test
  void aDrawOfLatentsTakesSomeMilliseconds() {
    NormalStream stream = Philox.of(1);
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 20; i++) {
      long start = System.nanoTime();
      stream.randn(4 * 64 * 64);
      best = Math.min(best, System.nanoTime() - start);
    }
    assertTrue(best < 50_000_000, best / 1e6 + " ms"); // some 3 ms; machines are busy
  }

  @Test
  void eachSampleOfABatchHasItsOwnSeed() {
    float[] both = NoiseBatch.of(Rng.CUDA, 0, 42).randn(2);
    assertArrayEquals(new float[] {-0.924663f, -0.425344f, 0.194019f, 2.161374f}, both, DRAW);
  }

  @Test
  void seedsCountTo63BitsAndBeginAgain() {
    assertEquals(0, Rng.CUDA.later(Long.MAX_VALUE, 1));
    assertEquals(4294967296L, Rng.CUDA.later(4294967295L, 1));
    assertEquals(0, Rng.TORCH.later(4294967295L, 1));
    assertNotEquals(Philox.of(7).randn(1)[0], Philox.of(7 + (1L << 32)).randn(1)[0]);
  }
}
