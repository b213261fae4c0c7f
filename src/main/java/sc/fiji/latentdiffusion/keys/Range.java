/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.keys;

import java.util.List;
import org.scijava.module.ModuleItem;

/**
 * The values that a key may have, as it is declared.
 *
 * @param minimum the smallest number, or null for any
 * @param maximum the largest number, or null for any
 * @param choices the texts to choose from, empty for any
 */
record Range(Number minimum, Number maximum, List<?> choices) {

  /** The declared range of a key. Names of schedulers have none: the run checks them. */
  static Range of(Key key) {
    ModuleItem<?> item = key.item();
    List<?> choices = item.get(Key.OPEN) == null ? item.getChoices() : null;
    return new Range(
        number(item.getMinimumValue()),
        number(item.getMaximumValue()),
        choices == null ? List.of() : choices);
  }

  private static Number number(Object bound) {
    return bound instanceof Number number ? number : null;
  }

  /**
   * Checks a value.
   *
   * @throws IllegalArgumentException naming the key, the values it may have and the one it has
   */
  void check(String key, Object value) {
    boolean within = !(value instanceof Number number) || contains(number.doubleValue());
    boolean chosen = choices.isEmpty() || choices.contains(value);
    if (!within || !chosen) {
      throw new IllegalArgumentException(
          key + " must be " + expected(value) + ", but is " + value + ".");
    }
  }

  private boolean contains(double value) {
    return (minimum == null || value >= minimum.doubleValue())
        && (maximum == null || value <= maximum.doubleValue());
  }

  private String expected(Object value) {
    if (!choices.isEmpty()) {
      return "one of " + choices;
    }
    if (minimum != null && maximum != null) {
      return "between " + text(minimum) + " and " + text(maximum);
    }
    String number = value instanceof Double ? "a number of " : "a whole number of ";
    return number + (minimum == null ? "at most " + text(maximum) : "at least " + text(minimum));
  }

  private static String text(Number bound) {
    return MacroLine.text(bound);
  }
}
