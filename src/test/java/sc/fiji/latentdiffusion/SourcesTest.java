/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles the sources without any warning. The build can't do so: SciJava's annotation processor,
 * which it runs, warns of its own age.
 */
class SourcesTest {

  @TempDir Path classes;

  @Test
  void allSourcesCompileWithoutAnyWarning() throws IOException {
    List<Path> sources =
        sources("src/main/java", "src/test/java", "src/fuzz/java", "src/test/extension");
    assertTrue(sources.size() > 100, "only " + sources.size() + " sources found");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(found, null, null)) {
      List<String> options =
          List.of("--release", "17", "-proc:none", "-Xlint:all,-classfile,-path", "-d", dir());
      compiler
          .getTask(null, files, found, options, null, files.getJavaFileObjectsFromPaths(sources))
          .call();
    }
    assertEquals(List.of(), messages(found));
  }

  private String dir() {
    return classes.toString();
  }

  private static List<String> messages(DiagnosticCollector<JavaFileObject> found) {
    return found.getDiagnostics().stream()
        .filter(diagnostic -> diagnostic.getKind() != Diagnostic.Kind.NOTE)
        .map(Object::toString)
        .toList();
  }

  private static List<Path> sources(String... folders) throws IOException {
    Stream.Builder<Path> all = Stream.builder();
    for (String folder : folders) {
      try (Stream<Path> files = Files.walk(Path.of(folder))) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(all);
      }
    }
    return all.build().toList();
  }
}
