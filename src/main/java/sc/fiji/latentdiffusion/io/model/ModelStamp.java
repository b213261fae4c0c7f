/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.model;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.io.WeightFormat;
import sc.fiji.latentdiffusion.io.files.FileStamp;

/**
 * Tells one state of a model's files from another without reading them: a model has another stamp
 * after a file of weights or settings was added, removed, changed or replaced.
 *
 * @param files in the order of their paths
 */
public record ModelStamp(List<FileStamp> files) {

  /** The stamp of a model without files. */
  static final ModelStamp NONE = new ModelStamp(List.of());

  /** Deep enough for the settings and weights of components. */
  private static final int DEPTH = 3;

  private static final Pattern READ =
      Pattern.compile(
          "[^.].*(" + WeightFormat.pattern(WeightFormat.all()) + "|\\.(json|ya?ml|txt|model))");

  /**
   * Stamps a model's files.
   *
   * @param path a folder, or a single file, whose settings may lie beside it
   * @throws IOException if they can't be listed
   */
  public static ModelStamp of(Path path) throws IOException {
    List<FileStamp> files = new ArrayList<>();
    add(path, files);
    if (Files.isRegularFile(path)) {
      Path settings = SingleFile.beside(path);
      add(settings, files);
      for (String ending : List.of(".yaml", ".json")) {
        add(settings.resolveSibling(ModelSearch.name(settings) + ending), files);
      }
    }
    files.sort(Comparator.comparing(FileStamp::path));
    return new ModelStamp(List.copyOf(files));
  }

  /** Returns the stamp of the files of both. */
  ModelStamp and(ModelStamp other) {
    List<FileStamp> both = new ArrayList<>(files);
    both.addAll(other.files);
    return new ModelStamp(List.copyOf(both));
  }

  private static void add(Path path, List<FileStamp> files) throws IOException {
    if (Files.exists(path)) {
      Files.walkFileTree(path, Set.of(FileVisitOption.FOLLOW_LINKS), DEPTH, new Collector(files));
    }
  }

  /** Stamps every readable file and leaves out the others. */
  private static final class Collector extends SimpleFileVisitor<Path> {

    private final List<FileStamp> files;

    Collector(List<FileStamp> files) {
      this.files = files;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      boolean isRead = READ.matcher(ModelSearch.name(file)).matches();
      if (isRead && attributes.isRegularFile()) files.add(FileStamp.of(file, attributes));
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      return FileVisitResult.CONTINUE;
    }
  }
}
