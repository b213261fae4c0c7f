/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.model;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import sc.fiji.latentdiffusion.io.WeightFormat;
import sc.fiji.latentdiffusion.io.files.FileBytes;
import sc.fiji.latentdiffusion.io.files.WrittenPath;

/** Finds models on the disk; its messages say where models were looked for. */
public final class ModelSearch {

  private static final String LAYOUT =
      "a folder in diffusers' layout (with model_index.json and a folder for each component that it"
          + " names), or a single file with a whole model (.safetensors, .ckpt)";

  /** An address, or OWNER/NAME. */
  private static final Pattern ON_THE_HUB =
      Pattern.compile("(?i)https?:.*|[\\w-][\\w.-]*/[\\w-][\\w.-]*");

  private static final String FILE = ".*" + WeightFormat.pattern(WeightFormat.all());

  private static final Map<URI, FileSystem> JARS = new HashMap<>();

  private ModelSearch() {}

  /** Returns the folder of a built-in model on the class path. */
  static Path inJar(BuiltIn which) throws IOException {
    URL index = ModelSearch.class.getResource(which.index());
    if (index == null) {
      throw new IOException(
          "the "
              + which.title()
              + " is missing: expected the resource "
              + which.index()
              + " in the jar; install the plugin again, or name another model");
    }
    return folderOf(index);
  }

  /**
   * Returns a note if the models folder has a model of the name of a built-in one.
   *
   * @param wanted the name of the built-in model
   * @param modelsFolder need not exist; null for none
   */
  static Optional<String> hidden(String wanted, Path modelsFolder) {
    if (wanted.isEmpty() || modelsFolder == null) return Optional.empty();
    return existing(modelsFolder.resolve(wanted))
        .map(
            other ->
                String.format(
                    "\"%s\" means the model that comes with the plugin. The models folder has one"
                        + " of this name, too: give its path, %s, to use it.",
                    wanted, other.toAbsolutePath()));
  }

  /**
   * Returns the text that names a model on the disk in requests: its name if it lies in the models
   * folder and no built-in model has that name, else its path.
   *
   * @param path absolute
   * @param modelsFolder absolute
   */
  public static String nameOf(Path path, Path modelsFolder) {
    if (!path.startsWith(modelsFolder) || path.equals(modelsFolder)) return path.toString();
    String name = modelsFolder.relativize(path).toString().replace(File.separatorChar, '/');
    return BuiltIn.named(name).isPresent() ? path.toString() : name;
  }

  /**
   * Returns the folder of a resource: on a disk, or in a jar that is opened once and stays open.
   */
  static Path folderOf(URL resource) throws IOException {
    try {
      if (!resource.getProtocol().equals("jar")) return Path.of(resource.toURI()).getParent();
      JarURLConnection entry = (JarURLConnection) resource.openConnection();
      return jar(entry.getJarFileURL().toURI()).getPath("/" + entry.getEntryName()).getParent();
    } catch (URISyntaxException e) {
      throw new IOException("the built-in model has no readable place: " + resource, e);
    }
  }

  private static FileSystem jar(URI file) throws IOException {
    synchronized (JARS) {
      FileSystem jar = JARS.get(file);
      if (jar == null) {
        jar = FileBytes.apart(() -> FileSystems.newFileSystem(Path.of(file), (ClassLoader) null));
        JARS.put(file, jar);
      }
      return jar;
    }
  }

  /**
   * Returns the folder or file that a user means: one in the models folder, else a path. A file
   * within a model's folder, which a file chooser can't help choosing, stands for the folder.
   */
  static Path find(String wanted, Path modelsFolder) throws IOException {
    return whole(findAny(wanted, modelsFolder));
  }

  private static Path whole(Path found) throws IOException {
    Path folder = found.toAbsolutePath().getParent();
    if (folder == null || !Files.isRegularFile(found)) return found;
    if (found.endsWith(ModelFolder.INDEX)
        || ModelKinds.layout(FolderLayout.contents(folder)).isPresent()) return folder;
    Path above = folder.getParent();
    boolean within = above != null && Files.isRegularFile(above.resolve(ModelFolder.INDEX));
    return within && isComponent(name(folder)) ? above : found;
  }

  private static boolean isComponent(String name) {
    return Stream.of(Role.values()).anyMatch(role -> ModelKinds.names(role).contains(name));
  }

  /** Returns the folder or file that a user means, whether or not it is a model. */
  static Path findAny(String wanted, Path modelsFolder) throws IOException {
    Optional<Path> path = path(wanted);
    if (path.isPresent() && modelsFolder != null) {
      Optional<Path> named = existing(modelsFolder.resolve(path.get()));
      if (named.isPresent()) return named.get();
    }
    if (path.isPresent()) {
      Optional<Path> given = existing(path.get());
      if (given.isPresent()) return given.get();
      if (path.get().isAbsolute()) return path.get();
    }
    throw new IOException(
        "no model \""
            + wanted
            + "\": looked for "
            + path.map(p -> p.toAbsolutePath() + " and ").orElse("")
            + "a folder or file of that name in the models folder "
            + modelsFolder
            + ", "
            + contents(modelsFolder)
            + "; put "
            + LAYOUT
            + " there, give the path of one, or leave the model empty for the built-in one"
            + (ON_THE_HUB.matcher(wanted).matches()
                ? "; Get Model… downloads models of the hub"
                : ""));
  }

  /**
   * Returns the path where it leads somewhere, with one of the files' endings if only so. A folder
   * that is no model and has the name of such a file is the file's own, with its settings.
   */
  private static Optional<Path> existing(Path path) {
    if (Files.isRegularFile(path.resolve(ModelFolder.INDEX))) return Optional.of(path);
    if (path.getFileName() != null) {
      for (String ending : WeightFormat.ofModels()) {
        Path file = path.resolveSibling(path.getFileName() + "." + ending);
        if (Files.isRegularFile(file)) return Optional.of(file);
      }
    }
    return Optional.of(path).filter(there -> Files.exists(there) || isBroken(there));
  }

  private static boolean isBroken(Path path) {
    return Files.isSymbolicLink(path) && !Files.exists(path);
  }

  private static Optional<Path> path(String wanted) {
    try {
      return Optional.of(Path.of(WrittenPath.plain(wanted)));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static String contents(Path modelsFolder) throws IOException {
    if (modelsFolder == null || !Files.isDirectory(modelsFolder)) return "which does not exist";
    List<String> models =
        names(modelsFolder).stream()
            .filter(name -> isFile(name) || isFolder(modelsFolder.resolve(name)))
            .toList();
    return models.isEmpty() ? "which has no model" : "which has " + String.join(", ", models);
  }

  private static boolean isFolder(Path path) {
    return Files.isDirectory(path) || isBroken(path);
  }

  /** Throws, with the reason why, unless the path is a folder with model_index.json. */
  static void requireModel(Path path) throws IOException {
    if (isBroken(path)) {
      throw new IOException(
          path
              + " is a link to "
              + Files.readSymbolicLink(path)
              + ", where nothing is; connect the disk with the model, or correct the link");
    }
    if (!Files.exists(path)) {
      throw new IOException("no model at " + path + ": there is no such folder; give " + LAYOUT);
    }
    if (!Files.isDirectory(path)) throw file(path);
    if (Files.isRegularFile(path.resolve(ModelFolder.INDEX))) return;
    List<String> names = names(path);
    if (names.isEmpty()) {
      throw new IOException(path + " is empty; expected " + LAYOUT + ": copy the model there");
    }
    if (Stream.of(Role.DENOISER, Role.AUTOENCODER)
        .flatMap(role -> ModelKinds.names(role).stream())
        .anyMatch(names::contains)) {
      throw new IOException(
          path
              + " is incomplete: model_index.json is missing, found "
              + list(names)
              + "; copy or download the whole model again");
    }
    throw new IOException(
        path + " is not a model: expected " + LAYOUT + ", found " + list(names) + hint(path));
  }

  private static IOException file(Path path) {
    return new IOException(path + " is a file, not a model: give " + LAYOUT);
  }

  /**
   * Hubs and archives put the model some folders further down; where that cannot be read, no hint.
   */
  private static String hint(Path path) throws IOException {
    try (Stream<Path> below = Files.walk(path, 3)) {
      Optional<Path> index = below.limit(2000).filter(ModelSearch::isIndex).findFirst();
      return index.map(file -> "; did you mean " + file.getParent() + "?").orElse("");
    } catch (UncheckedIOException e) {
      return "";
    }
  }

  private static boolean isIndex(Path path) {
    return path.getFileName() != null && path.endsWith(ModelFolder.INDEX);
  }

  private static String list(List<String> names) {
    String first = String.join(", ", names.subList(0, Math.min(names.size(), 12)));
    return names.size() <= 12 ? first : first + " and " + (names.size() - 12) + " more";
  }

  private static boolean isFile(String name) {
    return name.toLowerCase(Locale.ROOT).matches(FILE);
  }

  /** Returns a file's name without the ending that says its format. */
  public static String stem(String name) {
    return isFile(name) ? name.substring(0, name.lastIndexOf('.')) : name + ".config";
  }

  /** Returns the names in a folder, in their order. */
  public static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(ModelSearch::name).sorted().toList();
    } catch (AccessDeniedException e) {
      throw new IOException(folder + " may not be read; change its permissions", e);
    }
  }

  /** Returns the last part of a path; archives end those of folders with a slash. */
  public static String name(Path file) {
    return file.getFileName().toString().replaceAll("/$", "");
  }
}
