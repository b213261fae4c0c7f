/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Checksums on disk: a JSON object in the file {@value #NAME} that maps paths, sizes and times of
 * files to 64 hexadecimal digits. The file may be deleted at any time. A damaged file is written
 * anew; a folder without write access keeps no checksums. The log names both.
 */
final class ChecksumFile {

  static final String NAME = ".checksums.json";

  private static final Logger LOG = System.getLogger(ChecksumFile.class.getName());

  private final Path folder;

  ChecksumFile(Path folder) {
    this.folder = folder;
  }

  Path folder() {
    return folder;
  }

  private Path file() {
    return folder.resolve(NAME);
  }

  /** Returns all that are kept; none where there is no file, or a damaged one. */
  Map<String, String> read() {
    Map<String, String> sums = new LinkedHashMap<>();
    try {
      JsonObject json = Json.object(file());
      for (Map.Entry<String, JsonElement> entry : json.entrySet()) {
        String sum = entry.getValue().getAsString();
        if (!sum.matches("[0-9a-f]{64}")) throw new JsonParseException("no SHA-256: " + sum);
        sums.put(entry.getKey(), sum);
      }
      return sums;
    } catch (NoSuchFileException none) {
      return Map.of();
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.WARNING, file() + " is damaged (" + e + "): checksums are computed anew.");
      return Map.of();
    }
  }

  /** Adds one to those that are there by now. */
  synchronized void add(String key, String sum) {
    if (!Files.isDirectory(folder)) return;
    JsonObject json = new JsonObject();
    read().forEach(json::addProperty);
    json.addProperty(key, sum);
    String text = new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(json);
    try {
      Path temporary = Files.createTempFile(folder, NAME, ".tmp");
      Files.writeString(temporary, text);
      Files.move(temporary, file(), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.log(Level.INFO, "Checksums are not kept: " + file() + " can't be written. " + e);
    }
  }
}
