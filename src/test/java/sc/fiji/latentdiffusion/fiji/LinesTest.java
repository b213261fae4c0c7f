/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fiji;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Dimension;
import javax.swing.JTextArea;
import org.junit.jupiter.api.Test;

/** The wrapped texts of Fiji's dialogs. */
class LinesTest {

  @Test
  void aTextAsksForMoreHeightWhereItIsNarrowButNeverForTheWidthThatItHas() {
    JTextArea lines = Fields.lines(1);
    lines.setText("many words ".repeat(40));
    Dimension wide = wanted(lines, 1400);
    Dimension narrow = wanted(lines, 300);
    assertTrue(narrow.height >= 3 * wide.height, wide + " " + narrow);
    assertEquals(wide.width, narrow.width);
    assertTrue(wide.width < 50, wide.toString());
  }

  private static Dimension wanted(JTextArea lines, int width) {
    lines.setSize(width, 10);
    return lines.getPreferredSize();
  }
}
