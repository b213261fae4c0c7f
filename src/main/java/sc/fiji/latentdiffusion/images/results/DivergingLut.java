/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.results;

import ij.process.LUT;
import java.awt.Color;
import java.util.Arrays;

/**
 * The colours of values around zero: black at zero, below it sky blue, above it orange, the
 * brighter the farther away. The two are of the palette of Okabe and Ito, "Color Universal Design"
 * (2008): people with every kind of colour vision can tell them apart. As zero is black, channels
 * can be added up, as ImageJ's Make Montage… does.
 */
final class DivergingLut {

  private static final Color BELOW = new Color(0x56b4e9);
  private static final Color ABOVE = new Color(0xe69f00);

  private static final int COLOURS = 256;

  private DivergingLut() {}

  /** Returns the colours of the values −limit…limit. */
  static LUT of(double limit) {
    byte[][] rgb = new byte[3][COLOURS];
    for (int i = 0; i < COLOURS; i++) {
      double value = 2.0 * i / (COLOURS - 1) - 1;
      float[] end = (value < 0 ? BELOW : ABOVE).getRGBColorComponents(null);
      for (int c = 0; c < 3; c++) {
        rgb[c][i] = (byte) Math.round(Math.abs(value) * end[c] * (COLOURS - 1));
      }
    }
    LUT lut = new LUT(rgb[0], rgb[1], rgb[2]);
    lut.min = -limit;
    lut.max = limit;
    return lut;
  }

  /** Whether a table has these colours, for any limit. */
  static boolean hasColours(LUT lut) {
    return Arrays.equals(lut.getBytes(), of(1).getBytes());
  }
}
