/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.keys;

/** Numbers as texts of an image's Info and of messages. */
public final class Numbers {

  private Numbers() {}

  /** Returns the shortest text that is read as the same number, as float32 if it is one. */
  public static String text(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e9) {
      return String.valueOf((long) value);
    }
    return (float) value == value ? String.valueOf((float) value) : String.valueOf(value);
  }
}
