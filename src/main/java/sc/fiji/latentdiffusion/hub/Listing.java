package sc.fiji.latentdiffusion.hub;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The hub's description of a repository at one commit.
 *
 * @param commit of which all files are requested
 * @param licence its short name; empty if unknown
 * @param files all files
 */
record Listing(String commit, String licence, List<RemoteFile> files) {

  private static final String LICENCE = "license:";

  /**
   * Reads the hub's answer.
   *
   * @param json the hub's object of a model, with blobs
   * @param id of the repository
   * @param revision stands for the commit if the answer has none
   * @throws Refusal if it is no such object, lacks sizes, or a file's name leads out of the
   *     repository
   */
  static Listing of(String json, String id, String revision) throws Refusal {
    try {
      JsonObject answer = JsonParser.parseString(json).getAsJsonObject();
      List<RemoteFile> files = new ArrayList<>();
      for (JsonElement sibling : answer.getAsJsonArray("siblings")) {
        files.add(file(sibling.getAsJsonObject()));
      }
      return new Listing(text(answer, "sha").orElse(revision), licence(answer), files);
    } catch (JsonParseException
        | IllegalStateException
        | ClassCastException
        | NumberFormatException
        | NullPointerException
        | UnsupportedOperationException e) {
      throw new Refusal(
          "The hub's answer about "
              + id
              + " is not the list of files that was expected ("
              + e.getMessage()
              + "). Check the address of the hub.",
          e);
    }
  }

  private static RemoteFile file(JsonObject sibling) throws Refusal {
    String path = sibling.get("rfilename").getAsString();
    JsonElement lfs = sibling.get("lfs");
    boolean large = lfs != null && lfs.isJsonObject();
    String sha256 = large ? text(lfs.getAsJsonObject(), "sha256").orElse("") : "";
    return RemoteFile.of(
        path, sibling.get("size").getAsLong(), sha256, text(sibling, "blobId").orElse(""));
  }

  private static String licence(JsonObject answer) {
    if (answer.has("tags") && answer.get("tags").isJsonArray()) {
      for (JsonElement tag : answer.getAsJsonArray("tags")) {
        String text = tag.getAsString();
        if (text.startsWith(LICENCE)) return text.substring(LICENCE.length());
      }
    }
    return "";
  }

  private static Optional<String> text(JsonObject object, String key) {
    JsonElement value = object.get(key);
    boolean there = value != null && value.isJsonPrimitive();
    return there ? Optional.of(value.getAsString()) : Optional.empty();
  }

  /** Returns the file of this path, if there is one. */
  Optional<RemoteFile> file(String path) {
    return files.stream().filter(file -> file.path().equals(path)).findFirst();
  }

  /** Returns the names of the files in a folder of the repository, not in its subfolders. */
  List<String> names(String folder) {
    String prefix = folder + "/";
    return files.stream()
        .map(RemoteFile::path)
        .filter(path -> path.startsWith(prefix) && path.indexOf('/', prefix.length()) < 0)
        .map(path -> path.substring(prefix.length()))
        .sorted()
        .toList();
  }

  /** Returns the models that are single files, for messages. */
  String singleFiles() {
    List<String> paths =
        files.stream()
            .map(RemoteFile::path)
            .filter(path -> path.matches("[^/]+\\.(safetensors|ckpt)"))
            .sorted()
            .toList();
    return paths.isEmpty() ? "none" : String.join(", ", paths);
  }
}
