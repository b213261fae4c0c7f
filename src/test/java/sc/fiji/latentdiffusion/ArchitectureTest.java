package sc.fiji.latentdiffusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Reads the source files and keeps the layout as it is meant. */
class ArchitectureTest {

  private static final Path SOURCES = Path.of("src/main/java/sc/fiji/latentdiffusion");

  private static final Pattern IMPORT =
      Pattern.compile("^import (?:static )?([\\w.]+);", Pattern.MULTILINE);

  private static final Pattern PARAMETER =
      Pattern.compile("^  @Parameter\\b.*?;\\n\\n", Pattern.MULTILINE | Pattern.DOTALL);

  private static final String OWN = "sc.fiji.latentdiffusion.";

  /** Which of our packages each package may use. */
  private static final Map<String, List<String>> USES =
      Map.of(
          "commands", List.of("images", "pipeline", "hub"),
          "ij1", List.of("commands", "images", "pipeline"),
          "images", List.of("pipeline", "schedulers", "models", "nn", "io"),
          "pipeline", List.of("schedulers", "models", "nn", "io"),
          "schedulers", List.of(),
          "models", List.of("nn", "io"),
          "nn", List.of("io"),
          "io", List.of(),
          "hub", List.of("io"));

  @Test
  void everyPackageIsKnownHereAndSaysWhatItIsFor() throws IOException {
    try (Stream<Path> packages = Files.list(SOURCES).filter(Files::isDirectory)) {
      List<String> names = packages.map(path -> path.getFileName().toString()).sorted().toList();
      assertEquals(USES.keySet().stream().sorted().toList(), names);
      for (String name : names) {
        Path info = SOURCES.resolve(name).resolve("package-info.java");
        assertTrue(Files.exists(info), info + " is missing");
        assertTrue(Files.readString(info).startsWith("/**"), info + " says nothing");
      }
    }
  }

  @Test
  void dependenciesPointOneWay() {
    List<String> wrong = new ArrayList<>();
    for (Path file : files()) {
      for (String imported : imports(file)) {
        if (imported.startsWith(OWN)) {
          String used = imported.substring(OWN.length()).split("\\.")[0];
          if (!used.equals(packageOf(file)) && !USES.get(packageOf(file)).contains(used)) {
            wrong.add(file + " imports " + imported);
          }
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void commandsTheEntryFromImageJAndTheHubDoNotKnowTensors() {
    assertEquals(List.of(), importing("commands", "ai.djl."));
    assertEquals(List.of(), importing("ij1", "ai.djl."));
    assertEquals(List.of(), importing("hub", "ai.djl."));
  }

  @Test
  void onlyTheImagesPackageKnowsBothTensorsAndImgLib2() {
    for (String name : USES.keySet()) {
      if (!name.equals("images")) {
        assertEquals(List.of(), importing(name, "net.imglib2."));
      }
    }
  }

  @Test
  void schedulersAreNumbersInAndNumbersOut() {
    for (Path file : files()) {
      if (packageOf(file).equals("schedulers")) {
        for (String imported : imports(file)) {
          assertTrue(
              imported.startsWith("java.") || imported.startsWith("org.scijava.plugin."),
              file + " imports " + imported);
        }
      }
    }
  }

  @Test
  void nothingPrintsOrSwallowsAnException() {
    for (Path file : files()) {
      String text = read(file);
      assertFalse(text.contains("System.out"), file + " prints");
      assertFalse(text.contains("printStackTrace"), file + " prints a stack trace");
      assertFalse(
          Pattern.compile("catch \\([^)]*\\) \\{\\s*}").matcher(text).find(),
          file + " swallows an exception");
    }
  }

  @Test
  void noFileIsLongNorACommandMoreThanItsParameters() {
    for (Path file : files()) {
      String text = read(file);
      assertTrue(text.lines().count() < 300, file + " has " + text.lines().count() + " lines");
      if (text.contains("type = Command.class")) {
        long lines = PARAMETER.matcher(text).replaceAll("").lines().count();
        assertTrue(lines < 100, file + " has " + lines + " lines besides its parameters");
      }
    }
  }

  @Test
  void thereAreNoUtilsManagersOrHelpers() {
    for (Path file : files()) {
      String name = file.getFileName().toString();
      assertFalse(name.matches(".*(Utils?|Manager|Helper)\\.java"), file + ": name what it is");
    }
  }

  private static List<String> importing(String packageName, String prefix) {
    return files().stream()
        .filter(file -> packageOf(file).equals(packageName))
        .filter(file -> imports(file).stream().anyMatch(name -> name.startsWith(prefix)))
        .map(Path::toString)
        .toList();
  }

  private static List<String> imports(Path file) {
    return IMPORT.matcher(read(file)).results().map(match -> match.group(1)).toList();
  }

  private static String packageOf(Path file) {
    return SOURCES.relativize(file).getName(0).toString();
  }

  private static List<Path> files() {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
