/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sc.fiji.latentdiffusion.random.Rng;
import sc.fiji.latentdiffusion.random.Variation;

class KeptTextTest {

  private static final KeptText KEPT =
      new KeptText(
          Rng.TORCH, 7, Variation.NONE, 981.5, true, 2, 1, new float[] {0, 1, -2, 3.5f, 4, -5});

  @Test
  void textHoldsAll() {
    KeptText read = KeptText.parse("kept1", KEPT.text());
    assertEquals(KEPT.text(), read.text());
    assertEquals(2, read.channels());
    assertEquals(981.5, read.firstTimestep());
  }

  @Test
  void textHoldsASecondSeedAndItsShare() {
    for (double share : new double[] {1e-7, 0.2, 1.0 / 3, 1}) {
      Variation variation = new Variation(share, 4294967295L);
      KeptText varied = new KeptText(Rng.TORCH, 7, variation, 981.5, false, 2, 1, KEPT.floats());
      assertEquals(variation, KeptText.parse("kept1", varied.text()).variation());
    }
    assertEquals(Variation.NONE, KeptText.parse("kept1", KEPT.text()).variation());
  }

  @Test
  void textHoldsTheGeneratorOfSeedsOf63Bits() {
    Variation variation = new Variation(0.5, Long.MAX_VALUE);
    long seed = Long.MAX_VALUE - 1;
    KeptText cuda = new KeptText(Rng.CUDA, seed, variation, 1, true, 2, 1, KEPT.floats());
    KeptText read = KeptText.parse("kept1", cuda.text());
    assertEquals(Rng.CUDA, read.rng());
    assertEquals(seed, read.seed());
    assertEquals(variation, read.variation());
    assertEquals(Rng.TORCH, KeptText.parse("kept1", KEPT.text()).rng());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7|x",
        "7|-1",
        "7|99999999999999999999",
        "7|7,8",
        "7|7,8,0",
        "7|7,9999999999,0.5",
        "7|7,8,2",
        "981.5|-1",
        "981.5|NaN",
        "true|7",
        "true|TRUE",
        " 2 1 | 2 ",
        " 2 1 | x 1 ",
        " 2 1 | 99999999999 1 ",
        " 2 1 | 0 1 ",
        " 2 1 | 4 1 ",
        " 2 1 | 3 2 ",
        " 2 1 | 2 1 A",
        " 2 1 | 2 1 ?",
      })
  void damagedTextIsRefusedByTheNameOfItsProperty(String part, String by) {
    String text = KEPT.text();
    int at = text.indexOf(part);
    refused(text.substring(0, at) + by + text.substring(at + part.length()));
  }

  @Test
  void emptyCutAndNotFiniteTextsAreRefused() {
    refused("");
    refused("1 999 false 8 8 AAAA");
    refused(KEPT.text().substring(0, 30));
    refused(
        new KeptText(Rng.TORCH, 7, Variation.NONE, 1, true, 2, 1, new float[] {0, 1, Float.NaN, 0})
            .text());
    refused(
        new KeptText(Rng.TORCH, 7, Variation.NONE, 1, true, 2, 1, new float[] {0, 2, 0, 0}).text());
  }

  private static void refused(String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> KeptText.parse("kept1", text))
            .getMessage();
    assertTrue(message.contains("their property \"kept1\" is damaged"), message);
  }
}
