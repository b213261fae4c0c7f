package sc.fiji.latentdiffusion.io;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A JSON object with settings, such as a component's {@code config.json}. A key that is absent or
 * null takes the default; a value of the wrong kind is an {@link IllegalArgumentException} that
 * names the file, the key, what was expected and what was found. Python's NaN and Infinity are
 * read.
 */
public final class Config {

  private final JsonObject values;
  private final String where;

  private Config(JsonObject values, String where) {
    this.values = values;
    this.where = where;
  }

  /**
   * Reads a file.
   *
   * @param json a file holding one JSON object
   * @throws IOException if it is missing or not a JSON object, naming the file
   */
  public static Config read(Path json) throws IOException {
    try {
      return of(Json.object(json), json.toString());
    } catch (NoSuchFileException e) {
      throw new IOException(json + " is missing; copy the whole model again", e);
    }
  }

  /**
   * Returns the settings in a JSON object.
   *
   * @param object the object, not copied
   * @param where its name in messages, for example a file's path
   */
  public static Config of(JsonObject object, String where) {
    return new Config(object, where);
  }

  /** Returns whether the key is there and not null. */
  public boolean has(String key) {
    JsonElement value = values.get(key);
    return value != null && !value.isJsonNull();
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

  /** Returns the number under a key, or the default where it is absent or null. */
  public double number(String key, double dflt) {
    if (!has(key)) return dflt;
    JsonElement value = values.get(key);
    try {
      if (isNumber(value) || isNotFinite(value)) return value.getAsDouble();
    } catch (NumberFormatException e) {
      throw wrong(key, "a number", value, e);
    }
    throw wrong(key, "a number", value, null);
  }

  /** Returns the boolean under a key, or the default where it is absent or null. */
  public boolean flag(String key, boolean dflt) {
    if (!has(key)) return dflt;
    JsonElement value = values.get(key);
    if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isBoolean()) {
      return value.getAsBoolean();
    }
    throw wrong(key, "true or false", value, null);
  }

  /** Returns the text under a key, or the default where it is absent or null. */
  public String text(String key, String dflt) {
    return has(key) ? toText(key, values.get(key)) : dflt;
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
    if (!has(key)) return of(new JsonObject(), where + ", \"" + key + "\"");
    if (!values.get(key).isJsonObject()) throw wrong(key, "an object {…}", values.get(key), null);
    return of(values.getAsJsonObject(key), where + ", \"" + key + "\"");
  }

  /** Returns whether the value under a key is an object {…}. */
  public boolean isObject(String key) {
    return has(key) && values.get(key).isJsonObject();
  }

  /**
   * Returns all as plain Java: String, Boolean, Integer (or Long, or Double where it is no int),
   * List, Map, and null for null; unmodifiable, in the file's order.
   */
  public Map<String, Object> toMap() {
    return plain(values);
  }

  /** Returns all as a JSON object, a copy. */
  public JsonObject toJson() {
    return values.deepCopy();
  }

  /** Returns the name of the settings in messages. */
  @Override
  public String toString() {
    return where;
  }

  private List<JsonElement> elements(String key) {
    if (!has(key)) return List.of();
    JsonElement value = values.get(key);
    return value.isJsonArray() ? value.getAsJsonArray().asList() : List.of(value);
  }

  private int toInt(String key, JsonElement value) {
    if (!isNumber(value)) throw wrong(key, "a whole number", value, null);
    try {
      return new BigDecimal(value.getAsString()).intValueExact();
    } catch (ArithmeticException | NumberFormatException e) {
      throw wrong(key, "a whole number", value, e);
    }
  }

  private String toText(String key, JsonElement value) {
    if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isString()) {
      return value.getAsString();
    }
    throw wrong(key, "a text", value, null);
  }

  private static boolean isNumber(JsonElement value) {
    return value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber();
  }

  private static boolean isNotFinite(JsonElement value) {
    return value.isJsonPrimitive() && value.getAsString().matches("NaN|-?Infinity");
  }

  private IllegalArgumentException wrong(
      String key, String expected, JsonElement value, Exception cause) {
    return new IllegalArgumentException(
        where + ", \"" + key + "\": expected " + expected + ", found " + Json.shown(value), cause);
  }

  private static Map<String, Object> plain(JsonObject object) {
    Map<String, Object> map = new LinkedHashMap<>();
    object.entrySet().forEach(entry -> map.put(entry.getKey(), plain(entry.getValue())));
    return Collections.unmodifiableMap(map);
  }

  private static List<Object> plain(JsonArray array) {
    List<Object> list = new ArrayList<>();
    array.forEach(element -> list.add(plain(element)));
    return Collections.unmodifiableList(list);
  }

  private static Object plain(JsonElement value) {
    if (value.isJsonNull()) return null;
    if (value.isJsonObject()) return plain(value.getAsJsonObject());
    if (value.isJsonArray()) return plain(value.getAsJsonArray());
    return plain(value.getAsJsonPrimitive());
  }

  private static Object plain(JsonPrimitive value) {
    if (value.isBoolean()) return value.getAsBoolean();
    if (isNotFinite(value)) return value.getAsDouble();
    if (!value.isNumber()) return value.getAsString();
    String digits = value.getAsString();
    if (!digits.matches("-?\\d{1,18}")) return value.getAsDouble();
    long whole = Long.parseLong(digits);
    if (whole == (int) whole) return (int) whole;
    return whole;
  }
}
