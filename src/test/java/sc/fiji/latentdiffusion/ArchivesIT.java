/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The archives of {@code package} hold exactly the jars that each host lacks: with them and the
 * host's own jars, in the host's versions, a command runs.
 */
class ArchivesIT {

  private static final String PLATFORM = System.getProperty("platform");
  private static final String FIJI_PLATFORM = System.getProperty("fiji.platform");
  private static final Path FIJI = Path.of(System.getProperty("fiji"));

  @TempDir Path folder;

  @Test
  void theArchiveForFijiHoldsThePluginAndDjl() throws IOException {
    assertEquals(
        Set.of(
            "plugins/Latent_Diffusion",
            "jars/djl-api",
            "jars/djl-tokenizers",
            "jars/pytorch-engine",
            "jars/pytorch-jni",
            "jars/" + FIJI_PLATFORM + "/djl-pytorch"),
        jarNames("fiji"));
  }

  /** Fiji's launcher puts the jars of a platform on the path of modules, too. */
  @Test
  void theJarsOfAPlatformCanBeModules() throws Exception {
    Path platform = unpacked("fiji").resolve("jars").resolve(FIJI_PLATFORM);
    Process java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--module-path",
                platform.toString(),
                "--list-modules")
            .redirectErrorStream(true)
            .start();
    String said = new String(java.getInputStream().readAllBytes());
    assertEquals(0, java.waitFor(), said);
    assertTrue(said.contains("djl.pytorch"), said);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fiji", "imagej"})
  void theLicenceOfEveryJarIsThere(String host) throws IOException {
    Path licences = unpacked(host).resolve("licenses/Latent_Diffusion");
    Map<String, List<String>> texts = licences(licences.resolve("THIRD-PARTY.md"));
    for (String jar : jarNames(host)) {
      String name = jar.replaceFirst(".*/", "");
      assertTrue(texts.containsKey(name), jar + " is not in the table of licences");
      for (String text : texts.get(name))
        assertTrue(Files.size(licences.resolve(text)) > 1000, text);
    }
  }

  @Test
  void theTableOfLicencesHasNoOtherJars() throws IOException {
    Path table = unpacked("fiji").resolve("licenses/Latent_Diffusion/THIRD-PARTY.md");
    Set<String> shipped = new TreeSet<>();
    for (String host : List.of("fiji", "imagej"))
      for (String jar : jarNames(host)) shipped.add(jar.replaceFirst(".*/", ""));
    assertEquals(shipped, new TreeSet<>(licences(table).keySet()));
  }

  /** Returns the texts of licences by the name of the jar, as the table has them in its rows. */
  private static Map<String, List<String>> licences(Path table) throws IOException {
    Map<String, List<String>> texts = new TreeMap<>();
    for (String row : Files.readAllLines(table)) {
      String[] cells = row.split("\\|");
      if (cells.length < 5 || !cells[1].contains("`")) continue;
      for (String jar : quoted(cells[1])) {
        texts.computeIfAbsent(jar, name -> new ArrayList<>()).addAll(quoted(cells[4]));
      }
    }
    return texts;
  }

  private static List<String> quoted(String cell) {
    return Pattern.compile("`([^`]+)`")
        .matcher(cell)
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  @Test
  void theArchiveForFijiShadowsNothingThatFijiHas() throws IOException {
    Set<String> both = classes(unpacked("fiji"));
    both.retainAll(classes(FIJI));
    assertEquals(Set.of(), both);
  }

  @Test
  void theArchiveForImageJHoldsAllButImageJ() throws IOException {
    Set<String> both = classes(unpacked("imagej"));
    assertTrue(both.contains("org/scijava/Context.class"));
    both.retainAll(classes(jar(FIJI, "ij-")));
    assertEquals(Set.of(), both);
  }

  @Test
  void withWhatFijiHasACommandRuns() throws Exception {
    assertEquals("Text to Image 32", run(unpacked("fiji"), jars(FIJI)));
  }

  @Test
  void withImageJAloneACommandRuns() throws Exception {
    assertEquals("Text to Image 32", run(unpacked("imagej"), List.of(jar(FIJI, "ij-"))));
  }

  @Test
  void withoutTheNativeLibraryNothingIsDownloadedUnasked() throws Exception {
    Path archive = unpacked("imagej");
    Files.delete(jar(archive, "pytorch-native-cpu"));
    Path out = folder.resolve("out.txt");
    String cache = "-DDJL_CACHE_DIR=" + folder.resolve("cache");
    assertEquals(1, exitStatus(archive, List.of(jar(FIJI, "ij-")), out, cache));
    assertTrue(read(out).contains("(" + PLATFORM + ") is not installed"), read(out));
    assertTrue(read(out).contains("-Dlatentdiffusion.download=true"), read(out));
    assertFalse(Files.exists(folder.resolve("cache")), "something was downloaded");
  }

  /** Returns the output of a macro with these jars on the class path. */
  private String run(Path archive, List<Path> host) throws IOException, InterruptedException {
    Path out = folder.resolve("out.txt");
    assertEquals(0, exitStatus(archive, host, out, "-ea"), () -> read(out));
    return read(out).lines().reduce("", (before, line) -> line);
  }

  private int exitStatus(Path archive, List<Path> host, Path out, String option)
      throws IOException, InterruptedException {
    String text =
        "run('Text to Image...', 'width=32 height=32 steps=1'); print(getTitle(), getWidth);";
    Path macro = Files.writeString(folder.resolve("macro.ijm"), text);
    String classPath =
        Stream.concat(jars(archive).stream(), host.stream())
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            option,
            "-cp",
            classPath,
            "sc.fiji.latentdiffusion.ij1.headless.Main",
            macro.toString())
        .redirectErrorStream(true)
        .redirectOutput(out.toFile())
        .start()
        .waitFor();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Path archive(String host) {
    return Path.of(System.getProperty("archives") + "-" + host + "-" + PLATFORM + ".zip");
  }

  private Path unpacked(String host) throws IOException {
    Path target = Files.createDirectories(folder.resolve(host));
    try (ZipFile zip = new ZipFile(archive(host).toFile())) {
      for (ZipEntry entry : zip.stream().filter(e -> !e.isDirectory()).toList()) {
        Path file = target.resolve(entry.getName());
        Files.createDirectories(file.getParent());
        try (InputStream stream = zip.getInputStream(entry)) {
          Files.copy(stream, file);
        }
      }
    }
    return target;
  }

  /** Returns the paths of an archive's jars, without version, platform and ending. */
  private static Set<String> jarNames(String host) throws IOException {
    try (ZipFile zip = new ZipFile(archive(host).toFile())) {
      return zip.stream()
          .map(ZipEntry::getName)
          .filter(name -> name.endsWith(".jar"))
          .map(name -> name.replaceFirst("-\\d.*", ""))
          .collect(Collectors.toSet());
    }
  }

  private static List<Path> jars(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }

  private static Path jar(Path folder, String beginning) throws IOException {
    return jars(folder).stream()
        .filter(file -> file.getFileName().toString().startsWith(beginning))
        .findFirst()
        .orElseThrow();
  }

  private static Set<String> classes(Path folder) throws IOException {
    Set<String> names = new TreeSet<>();
    for (Path jar : Files.isDirectory(folder) ? jars(folder) : List.of(folder)) {
      try (ZipFile zip = new ZipFile(jar.toFile())) {
        zip.stream()
            .map(ZipEntry::getName)
            .filter(name -> name.endsWith(".class") && !name.endsWith("module-info.class"))
            .forEach(names::add);
      }
    }
    return names;
  }
}
