/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.Attributes;
import java.util.jar.Manifest;

/**
 * Makes a jar that may lie in Fiji's folder of a platform, which its launcher puts on the path of
 * modules: a copy without the name of a module, where DJL gives one that Java refuses. Java then
 * takes the name of the file. All other entries are copied as they are.
 */
final class PlatformJar {

  private static final String MANIFEST = "META-INF/MANIFEST.MF";

  private PlatformJar() {}

  /** Takes the jar and the path of the copy. */
  public static void main(String[] args) throws IOException {
    Path copy = Path.of(args[1]);
    Files.createDirectories(copy.getParent());
    Files.copy(Path.of(args[0]), copy, StandardCopyOption.REPLACE_EXISTING);
    try (FileSystem jar = FileSystems.newFileSystem(copy, (ClassLoader) null)) {
      Path path = jar.getPath(MANIFEST);
      Manifest manifest;
      try (InputStream in = Files.newInputStream(path)) {
        manifest = new Manifest(in);
      }
      manifest.getMainAttributes().remove(new Attributes.Name("Automatic-Module-Name"));
      try (OutputStream out = Files.newOutputStream(path)) {
        manifest.write(out);
      }
    }
  }
}
