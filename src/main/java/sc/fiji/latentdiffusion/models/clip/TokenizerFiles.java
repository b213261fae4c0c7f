/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.clip;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.io.Json;
import sc.fiji.latentdiffusion.io.files.FileBytes;

/** The files in a tokenizer's folder; messages name the file at fault. */
final class TokenizerFiles {

  private static final String STANDARD = "merges.txt";

  private static final int LONGEST = 1 << 26;
  private static final int LARGEST_ID = 9_999_999;
  private static final Pattern ID = Pattern.compile("\\d{1,7}");

  private final Path folder;

  TokenizerFiles(Path folder) {
    this.folder = folder;
  }

  /** Returns the merges with which CLIP was trained, 48894 pairs. */
  static JsonArray standardMerges() throws IOException {
    try (InputStream in = TokenizerFiles.class.getResourceAsStream(STANDARD)) {
      if (in == null) throw new IOException("the jar lacks " + STANDARD + "; install it again");
      JsonArray pairs = new JsonArray();
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#version"))
          .forEach(pairs::add);
      return pairs;
    }
  }

  /** Returns the object in a file; an empty one where there is no such file. */
  JsonObject optional(String file) throws IOException {
    return Files.isRegularFile(folder.resolve(file)) ? required(file) : new JsonObject();
  }

  /** Returns the object in a file that must be there. */
  JsonObject required(String file) throws IOException {
    try {
      return Json.object(folder.resolve(file));
    } catch (NoSuchFileException e) {
      throw wrong(file, "missing, and so is tokenizer.json", e);
    }
  }

  /** Returns the pairs of a file of merges, in their order. */
  JsonArray merges(String file) throws IOException {
    JsonArray pairs = new JsonArray();
    for (String line : text(file).split("\r?\n")) {
      if (line.isBlank() || line.startsWith("#version")) continue;
      if (line.split(" ").length != 2) {
        throw wrong(file, "expected two parts in every line, found \"" + line + "\"", null);
      }
      pairs.add(line);
    }
    return pairs;
  }

  private String text(String file) throws IOException {
    try {
      Path path = folder.resolve(file);
      if (Files.size(path) > LONGEST) throw wrong(file, "expected at most 64 MB", null);
      return new String(FileBytes.all(path), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw wrong(file, "missing, and so is tokenizer.json", e);
    }
  }

  /** Returns the object under a key. */
  JsonObject object(JsonObject parent, String key, String file) throws IOException {
    if (parent.get(key) instanceof JsonObject object) return object;
    throw wrong(file, "expected an object {…} under \"" + key + "\"", null);
  }

  /** Returns the list under a key. */
  JsonArray array(JsonObject parent, String key, String file) throws IOException {
    if (parent.get(key) instanceof JsonArray array) return array;
    throw wrong(file, "expected a list […] under \"" + key + "\"", null);
  }

  /** Returns whether a value can be the number of a token: digits alone, at most seven. */
  static boolean isId(JsonElement id) {
    return id instanceof JsonPrimitive value
        && value.isNumber()
        && ID.matcher(value.getAsString()).matches();
  }

  /** The message for a value that is not the number of a token. */
  static String expectedId(String token, JsonElement found) {
    String name = token.length() <= 60 ? token : token.substring(0, 60) + "…";
    String range = "expected a whole number from 0 to " + LARGEST_ID;
    return range + " for the token \"" + name + "\", found " + Json.shown(found);
  }

  private IOException wrong(String file, String what, Exception cause) {
    return new IOException(
        folder.resolve(file) + ": " + what + "; copy the model's tokenizer again", cause);
  }
}
