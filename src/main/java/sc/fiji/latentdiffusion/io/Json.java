/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.io.files.FileBytes;
import sc.fiji.latentdiffusion.io.files.FileSize;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * Reads JSON that others wrote. Objects and lists may lie at most {@value #DEEPEST} deep in one
 * another, so that no reader of them runs out of stack; numbers have at most {@value #DIGITS}
 * characters, files at most {@value #LONGEST} bytes. Python's NaN and Infinity are read.
 */
public final class Json {

  /** How many objects and lists may lie within one another; settings of models have below 10. */
  static final int DEEPEST = 200;

  private static final int DIGITS = 1000;
  private static final int LONGEST = 1 << 26;
  private static final int SHOWN = 60;

  private Json() {}

  /**
   * Reads a file of settings.
   *
   * @param file holding one JSON object
   * @throws IOException if it is missing or not a JSON object; the message names the file
   */
  public static Config config(Path file) throws IOException {
    try {
      return config(object(file), file.toString());
    } catch (NoSuchFileException e) {
      throw new IOException(file + " is missing; copy the whole model again", e);
    }
  }

  /**
   * Returns an object as settings.
   *
   * @param object copied
   * @param where its name in messages, for example a file's path
   */
  public static Config config(JsonObject object, String where) {
    return Config.of(plain(object), where);
  }

  /**
   * Reads a file that holds an object.
   *
   * @param file of text in UTF-8
   * @return the object
   * @throws java.nio.file.NoSuchFileException if the file is missing
   * @throws IOException if it is not one JSON object; the message names the file, and the place in
   *     it
   */
  public static JsonObject object(Path file) throws IOException {
    long size = Files.size(file);
    if (size > LONGEST) {
      throw new IOException(
          file
              + " is too long for a file of settings: expected at most "
              + FileSize.text(LONGEST)
              + ", found "
              + FileSize.text(size)
              + "; copy the file again");
    }
    return object(new String(FileBytes.all(file), StandardCharsets.UTF_8), file.toString());
  }

  /**
   * Reads an object.
   *
   * @param text the JSON
   * @param where its name in messages, for example a file's path
   * @return the object
   * @throws IOException if it is not one JSON object; the message names it, and the place in it
   */
  public static JsonObject object(String text, String where) throws IOException {
    Bounded reader = new Bounded(text);
    JsonElement element;
    boolean end;
    try {
      element = JsonParser.parseReader(reader);
      end = text.isBlank() || reader.peek() == JsonToken.END_DOCUMENT;
    } catch (TooMuch e) {
      throw unreadable(where, e.getMessage(), reader, e);
    } catch (JsonParseException | IllegalStateException | IOException e) {
      throw unreadable(where, "it breaks off or has a character out of place", reader, e);
    }
    if (!end) throw unreadable(where, "more text follows behind its end", reader, null);
    if (element instanceof JsonObject object) return object;
    throw new IOException(
        where + ": expected a JSON object {…}, found " + shown(element) + "; copy the file again");
  }

  /**
   * Shows a value in a message.
   *
   * @param value any
   * @return its JSON, shortened
   */
  public static String shown(JsonElement value) {
    String text = value.toString();
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }

  /**
   * Tells how far a reader has come.
   *
   * @param reader of some JSON
   * @return for example {@code line 3, column 7}
   */
  static String place(JsonReader reader) {
    String[] words = reader.toString().split(" ", 7); // "… at line 3 column 7 path $.a"
    return "line " + words[3] + ", column " + words[5];
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
    if (!value.isNumber()) return value.getAsString();
    String digits = value.getAsString();
    if (!digits.matches("-?\\d{1,18}")) return value.getAsDouble();
    long whole = Long.parseLong(digits);
    if (whole == (int) whole) return (int) whole;
    return whole;
  }

  private static IOException unreadable(
      String where, String why, JsonReader reader, Exception cause) {
    String message = where + " is not readable as JSON at " + place(reader) + ": " + why;
    return new IOException(message + "; copy the file again", cause);
  }

  /** More than is read. */
  private static final class TooMuch extends IllegalStateException {

    private static final long serialVersionUID = 1;

    TooMuch(String message) {
      super(message);
    }
  }

  /** A reader that ends where there is too much, before anything is made of it. */
  private static final class Bounded extends JsonReader {

    private int depth;

    Bounded(String text) {
      super(new StringReader(text));
      setLenient(true); // for NaN and Infinity
    }

    @Override
    public void beginArray() throws IOException {
      super.beginArray();
      enter();
    }

    @Override
    public void beginObject() throws IOException {
      super.beginObject();
      enter();
    }

    @Override
    public void endArray() throws IOException {
      super.endArray();
      depth--;
    }

    @Override
    public void endObject() throws IOException {
      super.endObject();
      depth--;
    }

    private void enter() {
      if (++depth <= DEEPEST) return;
      throw new TooMuch("expected at most " + DEEPEST + " objects and lists in one another");
    }

    @Override
    public String nextString() throws IOException {
      boolean number = peek() == JsonToken.NUMBER;
      String text = super.nextString();
      if (!number || text.length() <= DIGITS) return text;
      throw new TooMuch("expected numbers of at most " + DIGITS + " characters");
    }
  }
}
