/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.settings;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Settings by key, such as a component's {@code config.json}. A key that is absent or null takes
 * the default; a value of the wrong kind is an {@link IllegalArgumentException} that names the
 * file, the key, what was expected and what was found. Infinity and NaN, which JSON lacks, may be
 * written as texts. Immutable.
 */
public final class Config {

  private static final int SHOWN = 60;

  private final Map<String, Object> values;
  private final String where;

  private Config(Map<String, Object> values, String where) {
    this.values = values;
    this.where = where;
  }

  /**
   * Returns settings of these values.
   *
   * @param values String, Boolean, Number, List, Map or null by key; copied, but not what is in
   *     lists and maps
   * @param where their name in messages, for example a file's path
   */
  public static Config of(Map<String, ?> values, String where) {
    return new Config(Collections.unmodifiableMap(new LinkedHashMap<>(values)), where);
  }

  /** Returns a copy in which a key has another value, of the kinds that {@link #of} takes. */
  public Config with(String key, Object value) {
    Map<String, Object> copy = new LinkedHashMap<>(values);
    copy.put(key, value);
    return of(copy, where);
  }

  /** Returns whether the key is there and not null. */
  public boolean has(String key) {
    return values.get(key) != null;
  }

  /** Returns the whole number under a key, or the default where it is absent or null. */
  public int integer(String key, int dflt) {
    return has(key) ? integer(key) : dflt;
  }

  /**
   * Returns the whole number under a key that must be there.
   *
   * @throws IllegalArgumentException if it is absent or no whole number, naming file and key
   */
  public int integer(String key) {
    if (!has(key)) throw new IllegalArgumentException(where + " lacks the key \"" + key + "\"");
    return toInt(key, values.get(key));
  }

  /**
   * Returns the whole number under a key, or the default where it is absent or null.
   *
   * @throws IllegalArgumentException if it is less than the least or more than the most
   */
  public int integer(String key, int dflt, int least, int most) {
    double value = number(key, dflt);
    if (value >= least && value <= most && value == Math.rint(value)) return (int) value;
    throw wrong(key, "a whole number from " + least + " to " + most, values.get(key));
  }

  /** Returns the number under a key, or the default where it is absent or null. */
  public double number(String key, double dflt) {
    Object value = values.get(key);
    if (value == null) return dflt;
    if (value instanceof Number number) return number.doubleValue();
    if (value instanceof String text && text.matches("NaN|[+-]?Infinity"))
      return Double.parseDouble(text);
    throw wrong(key, "a number", value);
  }

  /** Returns the boolean under a key, or the default where it is absent or null. */
  public boolean flag(String key, boolean dflt) {
    Object value = values.get(key);
    if (value == null) return dflt;
    if (value instanceof Boolean flag) return flag;
    throw wrong(key, "true or false", value);
  }

  /** Returns the text under a key, or the default where it is absent or null. */
  public String text(String key, String dflt) {
    return has(key) ? toText(key, values.get(key)) : dflt;
  }

  /**
   * Returns the text under a key, or the default where it is absent or null.
   *
   * @throws IllegalArgumentException if it is none of the known ones; the message lists them
   */
  public String choice(String key, String dflt, List<String> known) {
    String value = text(key, dflt);
    if (known.contains(value)) return value;
    throw wrong(key, "one of " + String.join(", ", known), value);
  }

  /** Returns the list of numbers under a key; empty where it is absent or null. */
  public Optional<double[]> numbers(String key) {
    Object value = values.get(key);
    if (value == null) return Optional.empty();
    if (value instanceof List<?> list && list.stream().allMatch(Number.class::isInstance))
      return Optional.of(list.stream().mapToDouble(n -> ((Number) n).doubleValue()).toArray());
    throw wrong(key, "a list of numbers", value);
  }

  /** Returns the whole numbers under a key: a number or a list; empty where absent or null. */
  public List<Integer> integers(String key) {
    return elements(key).stream().map(element -> toInt(key, element)).toList();
  }

  /** Returns the texts under a key: a text or a list; empty where absent or null. */
  public List<String> texts(String key) {
    return elements(key).stream().map(element -> toText(key, element)).toList();
  }

  /** Returns the settings of an object under a key; without any where it is absent or null. */
  public Config object(String key) {
    if (has(key) && !isObject(key)) throw wrong(key, "an object {…}", values.get(key));
    Map<String, Object> object = new LinkedHashMap<>();
    if (values.get(key) instanceof Map<?, ?> map)
      map.forEach((name, value) -> object.put(String.valueOf(name), value));
    return of(object, where + ", \"" + key + "\"");
  }

  /** Returns whether the value under a key is an object {…}. */
  public boolean isObject(String key) {
    return values.get(key) instanceof Map;
  }

  /**
   * Returns all as plain Java: String, Boolean, Integer (or Long, or Double where it is no int),
   * List, Map, and null for null; unmodifiable, in the file's order.
   */
  public Map<String, Object> toMap() {
    return values;
  }

  /** Returns the name of the settings in messages. */
  @Override
  public String toString() {
    return where;
  }

  /**
   * Returns the exception for a value that is not understood.
   *
   * @param key of the value
   * @param expected values that are understood
   * @param found the value
   */
  public IllegalArgumentException wrong(String key, String expected, Object found) {
    String text = shown(found);
    String shown = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    return new IllegalArgumentException(
        where + ", \"" + key + "\": expected " + expected + ", found " + shown);
  }

  private List<?> elements(String key) {
    if (!has(key)) return List.of();
    return values.get(key) instanceof List<?> list ? list : List.of(values.get(key));
  }

  private int toInt(String key, Object value) {
    if (!(value instanceof Number)) throw wrong(key, "a whole number", value);
    try {
      return new BigDecimal(value.toString()).intValueExact();
    } catch (ArithmeticException | NumberFormatException e) {
      IllegalArgumentException wrong = wrong(key, "a whole number", value);
      wrong.initCause(e);
      throw wrong;
    }
  }

  private String toText(String key, Object value) {
    if (value instanceof String text) return text;
    throw wrong(key, "a text", value);
  }

  /** Shows a value as JSON would write it. */
  private static String shown(Object value) {
    if (value instanceof String text) return '"' + text.replace("\n", "\\n") + '"';
    if (value instanceof List<?> list)
      return list.stream().map(Config::shown).collect(Collectors.joining(",", "[", "]"));
    if (value instanceof Map<?, ?> map)
      return map.entrySet().stream()
          .map(entry -> shown(entry.getKey()) + ":" + shown(entry.getValue()))
          .collect(Collectors.joining(",", "{", "}"));
    return String.valueOf(value);
  }
}
