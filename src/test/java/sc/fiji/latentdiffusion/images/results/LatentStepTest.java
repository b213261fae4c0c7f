/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.ImageStack;
import ij.process.FloatProcessor;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatentStepTest {

  private static ImagePlus labelled(String label) {
    ImageStack stack = new ImageStack(2, 2);
    stack.addSlice(label, new FloatProcessor(2, 2));
    return new ImagePlus("Latents", stack);
  }

  @Test
  void labelsSayTheStep() {
    assertEquals(Optional.of(new LatentStep(2, 5)), LatentStep.of(labelled("step 3/5, t=1")));
    assertEquals(
        Optional.of(new LatentStep(3, 5)), LatentStep.of(labelled("latents after step 3 of 5")));
    assertEquals(Optional.empty(), LatentStep.of(labelled("C1")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "step 1/99999999999",
        "step 99999999999/3",
        "step 0/3",
        "step 9/3",
        "latents after step 99999999999 of 3",
        "latents after step 7 of 3"
      })
  void stepThatNoRunHasIsRefusedWithItsLabel(String label) {
    ImagePlus imp = labelled(label);
    String message =
        assertThrows(IllegalArgumentException.class, () -> LatentStep.of(imp)).getMessage();
    assertTrue(message.contains("\"" + label + "\""), message);
  }
}
