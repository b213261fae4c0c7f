/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.controlnet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sc.fiji.latentdiffusion.addons.AddOns;
import sc.fiji.latentdiffusion.addons.Entry;

/** The list that the key {@code control} holds. */
class ControlListTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "canny | canny | 1 | 0 | 1 | ``",
        "canny:0.8@0-0.6=edges.tif | canny | 0.8 | 0 | 0.6 | edges.tif",
        " canny : -.5 @ .25 - 1 = Depth Map | canny | -0.5 | 0.25 | 1 | Depth Map",
        "depth=Depth Map | depth | 1 | 0 | 1 | Depth Map",
        "depth@0.5-1 | depth | 1 | 0.5 | 1 | ``",
        "a@b | a@b | 1 | 0 | 1 | ``",
        "C:\\cn\\canny.pth=C:\\a=b.tif | C:\\cn\\canny.pth | 1 | 0 | 1 | C:\\a=b.tif",
        "C:\\cn\\canny.pth:2=x | C:\\cn\\canny.pth | 2 | 0 | 1 | x",
        "\"a=b, c:2@0-1\":0.5='x, y' | a=b, c:2@0-1 | 0.5 | 0 | 1 | x, y",
        "canny=it's | canny | 1 | 0 | 1 | it's"
      })
  void partsAreTold(
      String text, String name, double weight, double start, double end, String image) {
    assertEquals(
        List.of(new Entry(name, weight, start, end, image)), ControlNetAddOn.KIND.entries(text));
  }

  @Test
  void anyNumberStandsWithCommasAndOneMayStandTwice() {
    assertEquals(
        List.of(
            new Entry("a", 0.5, 0, 0.6, "x"),
            new Entry("b", 1, 0, 1, ""),
            new Entry("a", 1, 0, 1, "y")),
        ControlNetAddOn.KIND.entries("a:0.5@0-0.6=x,b,  a=y"));
    assertEquals(List.of(), ControlNetAddOn.KIND.entries("  "));
  }

  @ParameterizedTest
  @CsvSource({
    "a:nan, finite",
    "a@0.6-0.2, part from 0 to 1",
    "a@0-1.5, part from 0 to 1",
    "'a,,b', commas",
    "'a=', commas",
    "'=x', commas",
    "'a=\"x', quotes",
    "'\"\"=x', commas"
  })
  void whatIsNotOfTheFormIsRefused(String text, String expected) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> AddOns.NONE.with("control", text), text)
            .getMessage();
    assertTrue(message.contains(expected), message);
  }
}
