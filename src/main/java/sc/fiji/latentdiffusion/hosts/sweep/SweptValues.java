/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.sweep;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.keys.Key;

/**
 * The values of a key that is swept, as texts.
 *
 * @param key the swept one
 * @param texts at least one value, as a macro gives them
 */
record SweptValues(Key key, List<String> texts) {

  /** More values are a slip. */
  private static final int MOST = 10000;

  /** Copies the values. */
  SweptValues {
    texts = List.copyOf(texts);
  }

  /**
   * Reads a list of values with commas between them; of numbers also {@code first:last:step}, whose
   * last value is the last that does not pass {@code last}.
   *
   * @param name of the list's own key, for messages
   * @param list as the user wrote it
   * @throws IllegalArgumentException if it is empty, or a range is not right, naming it
   */
  static SweptValues of(Key key, String name, String list) {
    List<String> texts = new ArrayList<>();
    for (String part : list.split(",")) {
      String text = part.strip();
      if (text.isEmpty()) continue;
      if (text.contains(":") && isNumber(key)) texts.addAll(range(name, text));
      else texts.add(text);
    }
    if (!texts.isEmpty()) return new SweptValues(key, texts);
    throw new IllegalArgumentException(
        String.format(
            "%s must be values of %s with commas between them%s, but there are none.",
            name, key.name(), isNumber(key) ? ", or first:last:step" : ""));
  }

  private static boolean isNumber(Key key) {
    boolean isText = key.type() == String.class && !key.isStyle(Key.NUMBERS_STYLE);
    return !isText && key.type() != boolean.class;
  }

  /** Counts in decimal numbers, in which 0.1 + 0.2 is 0.3. */
  private static List<String> range(String name, String text) {
    String[] parts = text.split(":", -1);
    if (parts.length != 3) throw refused(name, text);
    BigDecimal first = number(name, text, parts[0]);
    BigDecimal last = number(name, text, parts[1]);
    BigDecimal step = number(name, text, parts[2]);
    if (step.signum() == 0) throw refused(name, text);
    BigDecimal steps = last.subtract(first).divide(step, 0, RoundingMode.FLOOR);
    if (steps.signum() < 0 || steps.compareTo(BigDecimal.valueOf(MOST)) >= 0) {
      throw refused(name, text);
    }
    List<String> texts = new ArrayList<>();
    for (int i = 0; i <= steps.intValue(); i++) {
      BigDecimal value = first.add(step.multiply(BigDecimal.valueOf(i)));
      texts.add(value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString());
    }
    return texts;
  }

  private static BigDecimal number(String name, String text, String part) {
    try {
      return new BigDecimal(part.strip());
    } catch (NumberFormatException e) {
      throw refused(name, text);
    }
  }

  private static IllegalArgumentException refused(String name, String text) {
    return new IllegalArgumentException(
        String.format(
            "%s must be numbers with commas between them, or first:last:step with a step that"
                + " leads from the first to the last in at most %d values (0.2:0.8:0.2), but is"
                + " \"%s\".",
            name, MOST, text));
  }

  /** Returns a value as labels say it: "strength 0.3". */
  String label(int index) {
    return key.name() + " " + texts.get(index);
  }
}
