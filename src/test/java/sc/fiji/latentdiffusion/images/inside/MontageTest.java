/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.inside;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.process.ColorProcessor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The columns of a montage. */
class MontageTest {

  @Test
  void theFirstAndTheLastEvaluationAreShownAndAtMostFourBetween() {
    assertEquals(List.of(0), Montage.shown(1));
    assertEquals(List.of(0, 1), Montage.shown(2));
    assertEquals(List.of(0, 1, 2, 3, 4, 5), Montage.shown(6));
    assertEquals(List.of(0, 4, 8, 11, 15, 19), Montage.shown(20));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "step 1/2, sigma 3",
        "step 6/6, sigma 0.0292",
        "step 20/20 (2 of 2), sigma 0.0292"
      })
  void aCaptionIsNoWiderThanItsPanel(String caption) {
    ColorProcessor sheet = new ColorProcessor(512, 18);
    sheet.setAntialiasedText(true);
    sheet.setFont(Montage.fitting(sheet, List.of(caption), 128));
    assertTrue(sheet.getStringWidth(caption) <= 128, sheet.getFont().toString());
  }
}
