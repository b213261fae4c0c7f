package sc.fiji.latentdiffusion;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Copies of models' folders, put together from the files of several if wanted. */
public final class ModelCopies {

  private ModelCopies() {}

  /** Copies all files of folders, those of later ones over those of earlier ones. */
  public static void into(Path target, Path... folders) throws IOException {
    for (Path folder : folders) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Path to = target.resolve(folder.relativize(file).toString());
          Files.createDirectories(to.getParent());
          Files.deleteIfExists(to);
          Files.copy(file, to);
        }
      }
    }
  }
}
