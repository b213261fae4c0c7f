package sc.fiji.latentdiffusion.ij1.headless;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.scijava.annotations.AnnotationProcessor;

/** Compiles an extension's scheduler, one source file, like any plugin of SciJava. */
public final class Extension {

  private static final Path SOURCE = Path.of("src/test/extension/QuadraticDDIM.java");

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
      boolean compiled =
          compiler
              .getTask(null, files, found, options, null, files.getJavaFileObjects(SOURCE))
              .call();
      assertEquals(true, compiled, found.getDiagnostics()::toString);
    }
    return folder + File.pathSeparator + System.getProperty("java.class.path");
  }
}
