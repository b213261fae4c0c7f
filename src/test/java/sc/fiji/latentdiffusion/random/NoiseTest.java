/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.fixtures.TestResources;

/** Compares noise with torch's; {@code src/test/python/schedulers.py} makes the goldens. */
class NoiseTest {

  /** Calls to torch.randn from one generator and their results, whole up to 64 numbers. */
  private static final class Golden {
    long seed;
    int[] calls;
    float[][] values;
  }

  @Test
  void everyCallOfEverySizeContinuesTorchsStream() throws IOException {
    for (Golden golden : goldens()) {
      Noise noise = Noise.of(golden.seed);
      for (int c = 0; c < golden.calls.length; c++) {
        int n = golden.calls[c];
        float[] found = noise.randn(n);
        assertEquals(n, found.length);
        int every = n <= 64 ? 1 : n / 32;
        for (int i = 0; i < golden.values[c].length; i++)
          assertEquals(
              golden.values[c][i],
              found[i * every],
              1e-6,
              "seed "
                  + golden.seed
                  + " calls "
                  + Arrays.toString(golden.calls)
                  + " "
                  + c
                  + " "
                  + i);
      }
    }
  }

  private static List<Golden> goldens() throws IOException {
    try (Reader reader = Files.newBufferedReader(TestResources.schedulers("noise.json"))) {
      return new Gson().fromJson(reader, new TypeToken<List<Golden>>() {}.getType());
    }
  }

  @Test
  void seed42StartsWithTorchsNumbers() {
    // torch.randn(16, generator=torch.Generator().manual_seed(42))[:3], torch.randn(3, …)
    assertArrayEquals(
        new float[] {1.9269f, 1.4873f, 0.9007f}, Arrays.copyOf(Noise.of(42).randn(16), 3), 1e-4f);
    assertArrayEquals(new float[] {0.3367f, 0.1288f, 0.2345f}, Noise.of(42).randn(3), 1e-4f);
  }

  @Test
  void theBitsAreTheseOnEveryMachine() {
    // of this class itself: StrictMath computes alike everywhere
    assertEquals(-2075636776, Arrays.hashCode(Noise.of(42).randn(1000)));
  }

  @Test
  void onlyTheLow32BitsOfTheSeedCount() {
    assertArrayEquals(Noise.of(7).randn(20), Noise.of(7 + (1L << 32)).randn(20));
  }

  @Test
  void manyNumbersAreStandardNormal() {
    float[] z = Noise.of(1).randn(1 << 20);
    double mean = 0;
    double square = 0;
    for (float v : z) {
      mean += v;
      square += v * v;
    }
    assertEquals(0, mean / z.length, 4e-3);
    assertEquals(1, square / z.length, 6e-3);
  }

  @Test
  void nothingAskedIsNothingDrawn() {
    Noise noise = Noise.of(3);
    assertEquals(0, noise.randn(0).length);
    assertArrayEquals(Noise.of(3).randn(16), noise.randn(16));
  }

  @Test
  void aPictureOfOneThousandPixelsNeedsMilliseconds() {
    Noise.of(0).randn(1 << 18); // warm
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      long start = System.nanoTime();
      Noise.of(i).randn(1 << 16);
      best = Math.min(best, System.nanoTime() - start);
    }
    assertTrue(best < 50e6, "65,536 numbers took " + best / 1e6 + " ms");
  }
}
