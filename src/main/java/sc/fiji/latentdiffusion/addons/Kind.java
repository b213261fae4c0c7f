/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import sc.fiji.latentdiffusion.io.files.WrittenPath;
import sc.fiji.latentdiffusion.io.model.ModelSearch;

/**
 * What identifies a kind of add-on: the macro key of its list, and where its files lie.
 *
 * @param key of macros, which holds the list
 * @param name in messages, for example {@code LoRA}
 * @param folder of its files within the models folder
 * @param endings of its files, with the dot, in lower case
 * @param inFolders names of the one file in a folder that is such an add-on, the preferred first
 * @param settings name of the file by which a whole folder is one such add-on; empty if none is
 * @param syntax of the list
 * @param hint tells in messages how an entry is written
 */
public record Kind(
    String key,
    String name,
    String folder,
    List<String> endings,
    List<String> inFolders,
    String settings,
    ListSyntax syntax,
    String hint) {

  private static final int LISTED = 12;

  /** Keeps unmodifiable copies. */
  public Kind {
    endings = List.copyOf(endings);
    inFolders = List.copyOf(inFolders);
  }

  /**
   * Reads a list.
   *
   * @param text entries with commas between them, or empty for none
   * @return the entries in their order
   * @throws IllegalArgumentException if the text is not of the {@link #syntax}, naming the key and
   *     the expected form
   */
  public List<Entry> entries(String text) {
    return syntax.entries(this, text);
  }

  /** Returns the exception for a name or file that stands more than once in a list. */
  public IllegalArgumentException twice(String nameOrFile) {
    return syntax.twice(this, nameOrFile);
  }

  /**
   * Finds a file or folder in this kind's folder of the models folder, with or without an ending,
   * else at a path.
   *
   * @param written name or path, as a user writes it
   * @param modelsFolder need not exist; null to look at the path alone
   * @throws IOException if there is none, naming the places that were searched and their contents
   */
  public Path find(String written, Path modelsFolder) throws IOException {
    Optional<Path> found = ifPresent(written, modelsFolder);
    if (found.isEmpty()) throw none(written, home(modelsFolder));
    return found.get();
  }

  /** Finds the same as {@link #find}; empty if there is none. */
  public Optional<Path> ifPresent(String written, Path modelsFolder) {
    List<Path> places = places(written, home(modelsFolder));
    Optional<Path> whole = places.stream().filter(this::isWhole).findFirst();
    return whole.or(() -> places.stream().filter(Files::isDirectory).findFirst());
  }

  /** A folder's settings, which a file chooser lets one choose, stand for the folder. */
  private Path whole(Path path) {
    boolean inside = !settings.isEmpty() && path.endsWith(settings) && path.getParent() != null;
    return inside ? path.getParent() : path;
  }

  private boolean isWhole(Path path) {
    boolean folder = !settings.isEmpty() && Files.isRegularFile(path.resolve(settings));
    return folder || Files.isRegularFile(path);
  }

  /**
   * Finds the one file of this kind in a folder.
   *
   * @throws IOException if there is none
   */
  public Path onlyFile(Path own) throws IOException {
    for (String one : inFolders) {
      if (Files.isRegularFile(own.resolve(one))) return own.resolve(one);
    }
    throw new IOException(
        own
            + " is a folder without a "
            + name
            + ": expected "
            + String.join(" or ", inFolders)
            + " in it, found "
            + listed(ModelSearch.names(own))
            + "; give the path of the file itself");
  }

  /** Returns a file's name, or {@code folder/file} if the file lies in a folder of its own. */
  public String nameOf(Path file) {
    String own = ModelSearch.name(file);
    Path parent = file.getParent() == null ? null : file.getParent().getFileName();
    return inFolders.contains(own) && parent != null ? parent + "/" + own : own;
  }

  /** Returns a file's name without an ending of this kind. */
  public String stem(Path file) {
    String own = ModelSearch.name(file);
    for (String ending : endings) {
      if (own.toLowerCase(Locale.ROOT).endsWith(ending)) {
        return own.substring(0, own.length() - ending.length());
      }
    }
    return own;
  }

  private Path home(Path modelsFolder) {
    return modelsFolder == null ? null : modelsFolder.resolve(folder);
  }

  private List<Path> places(String written, Path home) {
    String plain = WrittenPath.plain(written);
    List<String> names = new ArrayList<>(List.of(plain));
    endings.forEach(ending -> names.add(plain + ending));
    List<Path> places = new ArrayList<>();
    for (String one : names) {
      try {
        if (home != null) places.add(whole(home.resolve(one)));
        places.add(whole(Path.of(one)));
      } catch (InvalidPathException e) {
        return List.of(); // no file has such a name
      }
    }
    return places;
  }

  private IOException none(String written, Path home) throws IOException {
    String there = "which does not exist";
    if (home != null && Files.isDirectory(home)) {
      there = "which has " + listed(ModelSearch.names(home));
    }
    return new IOException(
        "no "
            + name
            + " \""
            + written
            + "\": looked for a file of that name, with or without "
            + String.join(" or ", endings)
            + ", in the folder "
            + home
            + ", "
            + there
            + ", and at that path; put the file there, give its path, or leave "
            + key
            + " empty. "
            + hint);
  }

  private static String listed(List<String> names) {
    if (names.isEmpty()) return "nothing";
    String first = String.join(", ", names.subList(0, Math.min(names.size(), LISTED)));
    return names.size() <= LISTED ? first : first + " and " + (names.size() - LISTED) + " more";
  }
}
