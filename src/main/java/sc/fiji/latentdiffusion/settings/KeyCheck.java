/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.settings;

import java.math.BigDecimal;

/** Refuses values of the keys that users give. */
public final class KeyCheck {

  private KeyCheck() {}

  /**
   * Refuses a value unless a condition holds.
   *
   * @param key that has the value
   * @param expected the values that it may have, to follow "must be"
   * @param found the value, to follow "but is"
   * @throws IllegalArgumentException with these three if the condition does not hold
   */
  public static void require(boolean holds, String key, String expected, Object found) {
    if (holds) return;
    throw new IllegalArgumentException(key + " must be " + expected + ", but is " + found + ".");
  }

  /** Returns a number without exponent and without zeros at its end. */
  public static String text(double value) {
    return Double.isFinite(value)
        ? BigDecimal.valueOf(value).stripTrailingZeros().toPlainString()
        : String.valueOf(value);
  }
}
