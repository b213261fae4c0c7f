/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.batch;

import ij.io.Opener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Lists the files of a batch: of a folder, those that a pattern of names fits, or those that a text
 * file lists.
 */
final class BatchInput {

  /** The ending of label images, which lie beside the images that they belong to. */
  static final String LABELS = ".labels.tif";

  /** Files that ImageJ opens as something else than an image. */
  private static final Set<String> NO_IMAGES =
      Set.of("roi", "zip", "csv", "txt", "ijm", "java", "js", "py", "groovy", "lut", "md", "json");

  /** Endings of images, which ImageJ or Fiji's readers open. */
  private static final Set<String> IMAGES =
      Set.of(
          "tif", "tiff", "png", "jpg", "jpeg", "gif", "bmp", "dcm", "fits", "pgm", "ppm", "pbm",
          "avi", "czi", "lif", "nd2", "oib", "oif", "lsm", "ims", "vsi", "svs", "ndpi", "scn",
          "mrxs", "dv", "stk", "nii", "mha", "mhd", "nrrd", "ics", "ids", "zvi", "sld", "flex",
          "webp");

  private final boolean subfolders;
  private final List<String> leftOut = new ArrayList<>();
  private Path root; // null for a list

  private BatchInput(boolean subfolders) {
    this.subfolders = subfolders;
  }

  /**
   * Files in the order of their names' code points.
   *
   * @param files at least one
   * @param leftOut names of files that ImageJ does not open as images
   * @param root the folder that was searched; empty for a list
   */
  record Found(List<BatchFile> files, List<String> leftOut, Optional<Path> root) {}

  /**
   * Lists files.
   *
   * @param input a folder, a path whose last name has {@code *} or {@code ?}, or a text file with a
   *     path in each line
   * @param subfolders whether the folders within are searched, too
   * @throws IllegalArgumentException if there is no such input, or no file in it
   * @throws IOException if a folder or the text file can't be read
   */
  static Found of(String input, boolean subfolders) throws IOException {
    if (input.isBlank()) {
      throw new IllegalArgumentException(
          "input must be a folder, a pattern (folder/*.tif) or a text file with a path in each"
              + " line, but is empty.");
    }
    BatchInput reading = new BatchInput(subfolders);
    List<BatchFile> files = new ArrayList<>(reading.files(input.strip()));
    files.sort(Comparator.comparing(BatchFile::name, BatchInput::byCodePoints));
    if (files.isEmpty()) throw new IllegalArgumentException(reading.none(input.strip()));
    return new Found(
        List.copyOf(files), List.copyOf(reading.leftOut), Optional.ofNullable(reading.root));
  }

  private static int byCodePoints(String one, String other) {
    return Arrays.compare(one.codePoints().toArray(), other.codePoints().toArray());
  }

  private String none(String input) {
    String others = leftOut.isEmpty() ? "" : " It holds other files, as " + leftOut.get(0) + ".";
    return "input must name images, but there is none in " + input + "." + others;
  }

  private List<BatchFile> files(String input) throws IOException {
    if (input.indexOf('*') >= 0 || input.indexOf('?') >= 0) return fitting(input);
    Path path = path(input);
    if (Files.isDirectory(path)) return within(path, this::isImage);
    if (!Files.exists(path)) {
      throw new IllegalArgumentException(
          "input must be a folder, a pattern (folder/*.tif) or a text file with a path in each"
              + " line, but there is no "
              + path
              + ".");
    }
    return listed(path);
  }

  private static Path path(String text) {
    try {
      return Path.of(text).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("input must be a path, but is \"" + text + "\".", e);
    }
  }

  private List<BatchFile> fitting(String pattern) throws IOException {
    int slash = Math.max(pattern.lastIndexOf('/'), pattern.lastIndexOf('\\'));
    String folder = slash < 0 ? "." : pattern.substring(0, slash + 1);
    if (folder.indexOf('*') >= 0 || folder.indexOf('?') >= 0) {
      throw new IllegalArgumentException(
          "input may have * and ? in its last name alone (folder/*.tif), but is " + pattern + ".");
    }
    String escaped = pattern.substring(slash + 1).replaceAll("[\\[\\]{}\\\\]", "\\\\$0");
    PathMatcher names = FileSystems.getDefault().getPathMatcher("glob:" + escaped);
    Path searched = path(folder);
    if (!Files.isDirectory(searched)) {
      throw new IllegalArgumentException("input: there is no folder " + searched + ".");
    }
    return within(searched, file -> names.matches(file.getFileName()));
  }

  private List<BatchFile> within(Path folder, Predicate<Path> wanted) throws IOException {
    root = folder;
    List<BatchFile> found = new ArrayList<>();
    int depth = subfolders ? Integer.MAX_VALUE : 1;
    try (Stream<Path> all = Files.walk(folder, depth, FileVisitOption.FOLLOW_LINKS)) {
      for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
        String name = name(folder, file);
        if (isHidden(name)) continue;
        if (wanted.test(file)) found.add(new BatchFile(file, name));
        else leftOut.add(name);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return found;
  }

  private static boolean isHidden(String name) {
    return name.startsWith(".") || name.contains("/.");
  }

  private static String name(Path root, Path file) {
    return root.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
  }

  private boolean isImage(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    String ending = name.substring(name.lastIndexOf('.') + 1);
    if (NO_IMAGES.contains(ending) || name.endsWith(LABELS)) return false;
    if (IMAGES.contains(ending)) return true;
    int type = new Opener().getFileType(file.toString());
    return type != Opener.UNKNOWN && type != Opener.TEXT && type != Opener.JAVA_OR_TEXT;
  }

  private List<BatchFile> listed(Path list) throws IOException {
    Path folder = list.getParent();
    List<BatchFile> found = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (String line : Files.readAllLines(list)) {
      if (line.isBlank() || line.startsWith("#")) continue;
      Path file = folder.resolve(line.strip()).normalize();
      if (!Files.isRegularFile(file)) missing.add(line.strip());
      String name = file.startsWith(folder) ? name(folder, file) : file.getFileName().toString();
      found.add(new BatchFile(file, name));
    }
    if (missing.isEmpty()) return found;
    throw new IllegalArgumentException(
        String.format(
            "%s must list files, but %d of its lines name none, as \"%s\". Paths are relative to"
                + " the folder of the list.",
            list, missing.size(), missing.get(0)));
  }
}
