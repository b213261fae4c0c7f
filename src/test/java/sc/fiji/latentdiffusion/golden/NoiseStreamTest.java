/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import java.io.IOException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sc.fiji.latentdiffusion.random.Noise;

/** Compares successive draws from one generator with torch's. */
class NoiseStreamTest {

  static Stream<String> draws() throws IOException {
    return golden().names().stream();
  }

  private static Golden golden() throws IOException {
    return Golden.read(Golden.root().resolve("noise.safetensors"));
  }

  /** A name is the seed, then the count of numbers of each draw. */
  @ParameterizedTest
  @MethodSource("draws")
  void drawsAgreeWithTorchs(String name) throws IOException {
    String[] words = name.split("\\.");
    Noise noise = Noise.of(Long.parseLong(words[0]));
    Golden golden = golden();
    int from = 0;
    float[] all = golden.floats(name);
    for (int i = 1; i < words.length; i++) {
      float[] drawn = noise.randn(Integer.parseInt(words[i]));
      int begin = from;
      float[] expected = new float[drawn.length];
      IntStream.range(0, drawn.length).forEach(k -> expected[k] = all[begin + k]);
      golden.assertNear(name + " draw " + i, expected, 1, drawn, 2e-6);
      from += drawn.length;
    }
  }
}
