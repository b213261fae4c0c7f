/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hub;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import sc.fiji.latentdiffusion.hub.safety.ForeignText;
import sc.fiji.latentdiffusion.hub.safety.PermanentFailure;
import sc.fiji.latentdiffusion.progress.Progress;

/**
 * Reads the hub's description of a repository, file by file: lists of hundreds of thousands of
 * files are read in seconds, and reading ends when the user cancels.
 */
final class ListingReader {

  private static final String LICENCE = "license:";

  /** The hub's answers have below 10. */
  private static final int DEEPEST = 100;

  private static final String SIZE = "\\d{1,15}";
  private static final String COMMIT = "[0-9a-f]{40}([0-9a-f]{24})?";

  private final JsonReader json;
  private final String id;
  private final Progress progress;
  private final Map<String, RemoteFile> files = new LinkedHashMap<>();
  private String commit = "";
  private String licence = "";
  private boolean hasFiles;

  /**
   * @param text of the answer
   * @param id of the repository, for messages
   * @param progress may cancel
   */
  ListingReader(String text, String id, Progress progress) {
    json = new JsonReader(new StringReader(text));
    this.id = id;
    this.progress = progress;
  }

  /**
   * Reads the answer.
   *
   * @param revision stands for the commit if the answer has none
   * @throws PermanentFailure if it is not the hub's object of a model, or a size or checksum is
   *     none
   * @throws CancellationException if the user wants to stop
   */
  Listing read(String revision) throws PermanentFailure {
    try {
      json.beginObject();
      while (json.hasNext()) {
        switch (json.nextName()) {
          case "sha" -> commit = text();
          case "tags" -> tags();
          case "siblings" -> siblings();
          default -> skip(1);
        }
      }
      json.endObject();
    } catch (PermanentFailure | CancellationException e) {
      throw e;
    } catch (MalformedJsonException | EOFException e) {
      throw unexpected("it is no whole JSON", e);
    } catch (IOException | IllegalStateException | NumberFormatException e) {
      throw unexpected("it has another form", e);
    }
    if (!hasFiles) throw unexpected("it has no list \"siblings\"", null);
    return new Listing(commit.matches(COMMIT) ? commit : revision, licence, files);
  }

  private PermanentFailure unexpected(String what, Exception cause) {
    return new PermanentFailure(
        "The hub's answer about "
            + id
            + " is not the list of files that was expected: "
            + what
            + ". Check the address of the hub.",
        cause);
  }

  private void tags() throws IOException {
    if (json.peek() != JsonToken.BEGIN_ARRAY) {
      skip(1);
      return;
    }
    json.beginArray();
    while (json.hasNext()) {
      String tag = text();
      boolean first = licence.isEmpty() && tag.startsWith(LICENCE);
      if (first) licence = ForeignText.shown(tag.substring(LICENCE.length()));
    }
    json.endArray();
  }

  private void siblings() throws IOException {
    hasFiles = true;
    json.beginArray();
    while (json.hasNext()) {
      if (progress.isCanceled()) {
        throw new CancellationException("Canceled while the list of files was read.");
      }
      RemoteFile file = file();
      RemoteFile other = files.put(file.path(), file);
      if (other != null && !other.equals(file)) throw failure(file.path(), "twice", "once");
    }
    json.endArray();
  }

  private RemoteFile file() throws IOException {
    String path = null;
    String size = "nothing";
    String blob = "";
    String sha256 = "";
    boolean large = false;
    json.beginObject();
    while (json.hasNext()) {
      switch (json.nextName()) {
        case "rfilename" -> path = json.nextString();
        case "size" -> size = json.peek() == JsonToken.NUMBER ? json.nextString() : other();
        case "blobId" -> blob = text();
        case "lfs" -> {
          large = json.peek() == JsonToken.BEGIN_OBJECT;
          sha256 = large ? sha256() : other();
        }
        default -> skip(1);
      }
    }
    json.endObject();
    if (path == null) throw unexpected("a file in it has no \"rfilename\"", null);
    if (!size.matches(SIZE)) throw failure(path, "with a size of " + size, "0 or more bytes");
    return new RemoteFile(
        path,
        Long.parseLong(size),
        large ? checksum(path, sha256, 64) : "",
        large ? "" : checksum(path, blob, 40)); // a large file's is that of a pointer to it
  }

  private String sha256() throws IOException {
    String sha256 = "";
    json.beginObject();
    while (json.hasNext()) {
      if (json.nextName().equals("sha256")) sha256 = text();
      else skip(1);
    }
    json.endObject();
    return sha256;
  }

  private static String checksum(String path, String sum, int digits) throws PermanentFailure {
    if (sum.isEmpty() || sum.matches("[0-9a-fA-F]{" + digits + "}")) {
      return sum.toLowerCase(Locale.ROOT);
    }
    throw failure(path, "with the checksum \"" + sum + "\"", digits + " hexadecimal digits");
  }

  private static PermanentFailure failure(String path, String found, String expected) {
    return new PermanentFailure(
        "The hub lists "
            + ForeignText.shown(path)
            + " "
            + ForeignText.shown(found)
            + "; expected "
            + expected
            + ". Nothing is downloaded.");
  }

  /** Returns a text; empty for anything else. */
  private String text() throws IOException {
    if (json.peek() == JsonToken.STRING) return json.nextString();
    skip(1);
    return "";
  }

  /** Passes over a value of the wrong kind. */
  private String other() throws IOException {
    String kind = json.peek().toString().toLowerCase(Locale.ROOT).replace('_', ' ');
    skip(1);
    return kind;
  }

  private void skip(int depth) throws IOException {
    if (depth > DEEPEST) throw unexpected("its lists lie too deep in one another", null);
    switch (json.peek()) {
      case BEGIN_OBJECT -> {
        json.beginObject();
        while (json.hasNext()) {
          json.nextName();
          skip(depth + 1);
        }
        json.endObject();
      }
      case BEGIN_ARRAY -> {
        json.beginArray();
        while (json.hasNext()) skip(depth + 1);
        json.endArray();
      }
      default -> json.skipValue();
    }
  }
}
