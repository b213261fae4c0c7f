/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hub;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.hub.safety.PortablePath;
import sc.fiji.latentdiffusion.io.WeightFormat;

/**
 * The name of a model on the hub: a repository, or one file in it.
 *
 * @param id {@code owner/name}
 * @param file path of the one file, {@code x.safetensors} for example; empty for a model's folder
 * @param revision branch, tag or commit
 */
public record HubName(String id, String file, String revision) {

  /** The revision if none is named. */
  public static final String MAIN = "main";

  private static final Pattern PART = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,95}");
  private static final List<String> PAGES = List.of("tree", "blob", "resolve");
  private static final String EXPECTED =
      "name must be owner/name of a model on the hub, owner/name/file.safetensors for a single"
          + " file, or the address of either, but is \"";

  /**
   * Reads a name.
   *
   * @param text {@code owner/name}, {@code owner/name/file.safetensors}, or an address on the hub
   * @param revision empty for that of the address, else {@value #MAIN}
   * @param endpoint the hub
   * @throws IllegalArgumentException if it is not such a name
   */
  static HubName of(String text, String revision, Endpoint endpoint) {
    String path = text.strip();
    if (path.matches("(?i)https?://.*")) {
      if (!path.startsWith(endpoint.base() + "/")) {
        throw new IllegalArgumentException(
            EXPECTED + text + "\", which is not on the hub " + endpoint.base() + ".");
      }
      path = path.substring(endpoint.base().length() + 1).replaceAll("[?#].*", "");
    }
    List<String> parts = Arrays.asList(path.replaceAll("/+$", "").split("/"));
    if (parts.size() < 2 || !parts.subList(0, 2).stream().allMatch(HubName::isPart)) {
      throw new IllegalArgumentException(EXPECTED + text + "\".");
    }
    boolean page = parts.size() > 3 && PAGES.contains(parts.get(2));
    String file = String.join("/", parts.subList(page ? 4 : 2, parts.size()));
    requireModel(file, text);
    String own = page ? parts.get(3) : MAIN;
    HubName name =
        new HubName(
            parts.get(0) + "/" + parts.get(1), file, revision.isBlank() ? own : revision.strip());
    requirePortable(name.folder("") + (file.isEmpty() ? "" : "/" + file), text);
    return name;
  }

  private static void requirePortable(String path, String text) {
    PortablePath.problem(path)
        .ifPresent(
            problem -> {
              throw new IllegalArgumentException(
                  "The files of \""
                      + text
                      + "\" would lie in "
                      + path
                      + " in the models folder, which is no path on some systems: "
                      + problem
                      + ".");
            });
  }

  private static boolean isPart(String part) {
    return PART.matcher(part).matches() && !part.contains("..");
  }

  private static void requireModel(String file, String text) {
    boolean known =
        file.toLowerCase(Locale.ROOT)
            .matches("|.*[^/]" + WeightFormat.pattern(WeightFormat.ofModels()));
    if (!known) {
      throw new IllegalArgumentException(
          "The file in name must be a model (.safetensors or .ckpt), but is \"" + text + "\".");
    }
  }

  /** Returns whether it names one file. */
  public boolean isFile() {
    return !file.isEmpty();
  }

  /**
   * Returns the folder for the files in the models folder: the repository's name, with the revision
   * and the variant if they are named.
   */
  String folder(String variant) {
    String at = revision.equals(MAIN) ? "" : "@" + revision.replaceAll("[^A-Za-z0-9._-]|\\.$", "_");
    return id + at + (variant.isEmpty() ? "" : "." + variant);
  }
}
