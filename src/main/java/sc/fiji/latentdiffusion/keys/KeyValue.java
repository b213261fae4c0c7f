/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.keys;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads the texts of keys as values of their types. */
final class KeyValue {

  private KeyValue() {}

  /**
   * Returns the value that a text means.
   *
   * @param text as a macro or a dialog has it
   * @param texts of all keys
   * @throws IllegalArgumentException if it is no value of the key's type
   */
  static Object of(Key key, String text, Map<String, String> texts) {
    if (key.type() == boolean.class) {
      return flag(key.name(), text);
    }
    if (key.isStyle(Key.SEED_STYLE)) {
      return Seed.used(key.name(), seed(key.name(), text), key.generator(texts));
    }
    if (key.isStyle(Key.NUMBERS_STYLE)) {
      return numbers(key.name(), text);
    }
    return key.type() == String.class ? text : number(key.name(), key.type(), text);
  }

  /** Returns a note if the value is used in another way than the text says it. */
  static Optional<String> note(Key key, String text, Map<String, String> texts) {
    if (!key.isStyle(Key.SEED_STYLE)) return Optional.empty();
    String note = Seed.note(key.name(), seed(key.name(), text), key.generator(texts));
    return note.isEmpty() ? Optional.empty() : Optional.of(note);
  }

  private static BigInteger seed(String key, String text) {
    try {
      return new BigDecimal(text.trim()).toBigIntegerExact();
    } catch (ArithmeticException | NumberFormatException e) {
      throw refused(key, "a whole number", text, e);
    }
  }

  private static Number number(String key, Class<?> type, String text) {
    try {
      if (type == int.class) {
        return new BigDecimal(text.trim()).intValueExact();
      }
      if (type == long.class) {
        return new BigDecimal(text.trim()).longValueExact();
      }
      return Double.valueOf(text.trim());
    } catch (ArithmeticException | NumberFormatException e) {
      String expected = type == double.class ? "a number" : "a whole number";
      throw refused(key, expected, text, e);
    }
  }

  private static String numbers(String key, String text) {
    try {
      return Arrays.stream(text.strip().split("\\s*,\\s*|\\s+", -1))
          .map(part -> MacroLine.text(Double.valueOf(part)))
          .collect(Collectors.joining(","));
    } catch (NumberFormatException e) {
      throw refused(key, "a number, or several with commas between them", text, e);
    }
  }

  private static boolean flag(String key, String text) {
    return switch (text.trim().toLowerCase(Locale.ROOT)) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw refused(key, "true or false", text, null);
    };
  }

  private static IllegalArgumentException refused(
      String key, String expected, String found, Throwable cause) {
    return new IllegalArgumentException(
        key + " must be " + expected + ", but is \"" + found + "\".", cause);
  }
}
