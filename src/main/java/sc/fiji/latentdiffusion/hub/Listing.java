/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hub;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.hub.safety.ForeignText;
import sc.fiji.latentdiffusion.io.WeightFormat;

/**
 * The hub's description of a repository at one commit.
 *
 * @param commit of which all files are requested
 * @param licence its short name; empty if unknown
 * @param files all files by their paths, which may be any text
 */
record Listing(String commit, String licence, Map<String, RemoteFile> files) {

  private static final int MOST_IN_MESSAGES = 50;

  /** Returns the file of this path, if there is one. */
  Optional<RemoteFile> file(String path) {
    return Optional.ofNullable(files.get(path));
  }

  /**
   * Returns the names of the files in a folder of the repository, not in its subfolders.
   *
   * @param folder empty for the repository itself
   */
  List<String> names(String folder) {
    String prefix = folder.isEmpty() ? "" : folder + "/";
    return files.keySet().stream()
        .filter(path -> path.startsWith(prefix) && path.indexOf('/', prefix.length()) < 0)
        .map(path -> path.substring(prefix.length()))
        .sorted()
        .toList();
  }

  /** Returns the models that are single files, for messages. */
  String singleFiles() {
    return shown(
        files.keySet().stream()
            .filter(path -> path.matches("[^/]+" + WeightFormat.pattern(WeightFormat.ofModels())))
            .sorted()
            .toList());
  }

  /** Returns names for messages. */
  static String shown(List<String> names) {
    if (names.isEmpty()) return "none";
    List<String> first = names.stream().limit(MOST_IN_MESSAGES).map(ForeignText::shown).toList();
    int more = names.size() - first.size();
    return String.join(", ", first) + (more > 0 ? " and " + more + " more" : "");
  }
}
