/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.scijava.annotations.AnnotationProcessor;

/**
 * Compiles {@code src/test/extension} like any plugin of SciJava, against the classes of this one:
 * a scheduler and a command, each in one file, two families of models and an add-on, each in one
 * folder.
 */
public final class Extension {

  private static final Path SOURCES = Path.of("src", "test", "extension");

  private Extension() {}

  /**
   * Compiles it.
   *
   * @param folder for the classes and SciJava's index of them; made if it is not there
   * @return a class path with the folder and all that is on this one's
   */
  public static String classPath(Path folder) throws IOException {
    Files.createDirectories(folder);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(found, null, null)) {
      List<String> options =
          List.of(
              "-processor",
              AnnotationProcessor.class.getName(),
              "-cp",
              System.getProperty("java.class.path"),
              "-d",
              folder.toString());
      List<Path> sources = files().filter(Extension::isJava).toList();
      boolean compiled =
          compiler
              .getTask(
                  null, files, found, options, null, files.getJavaFileObjectsFromPaths(sources))
              .call();
      assertEquals(true, compiled, found.getDiagnostics()::toString);
    }
    copyResources(folder);
    return folder + File.pathSeparator + System.getProperty("java.class.path");
  }

  private static void copyResources(Path folder) throws IOException {
    for (Path resource : files().filter(file -> !isJava(file)).toList()) {
      Path target = folder.resolve(SOURCES.relativize(resource).toString());
      Files.createDirectories(target.getParent());
      Files.copy(resource, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static Stream<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files.filter(Files::isRegularFile).toList().stream();
    }
  }

  private static boolean isJava(Path file) {
    return file.toString().endsWith(".java");
  }
}
