package sc.fiji.latentdiffusion.oracle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Models put together from the files of several folders. */
final class Copies {

  private Copies() {}

  /** Copies all files of folders, those of later ones over those of earlier ones. */
  static void into(Path target, Path... folders) throws IOException {
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
