/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.models.Family;

/** Reads the source files and keeps the layout as it is meant. */
class ArchitectureTest {

  private static final Logger LOG = System.getLogger(ArchitectureTest.class.getName());

  private static final Path SOURCES = Path.of("src/main/java/sc/fiji/latentdiffusion");

  private static final Path TESTS = Path.of("src/test/java/sc/fiji/latentdiffusion");

  private static final Pattern IMPORT =
      Pattern.compile("^import (?:static )?([\\w.]+);\\n", Pattern.MULTILINE);

  private static final Pattern PARAMETER =
      Pattern.compile("^  @Parameter\\b.*?;\\n\\n", Pattern.MULTILINE | Pattern.DOTALL);

  /** The text of a network's kernels has the network's name. */
  private static final Pattern KERNELS = Pattern.compile("functions\\(\\w+\\.class, \"\\w+\"\\)");

  private static final String OWN = "sc.fiji.latentdiffusion.";

  /** Our packages from the uppermost to the lowest: each may use those behind it. */
  private static final List<String> ORDER =
      List.of(
          "script",
          "commands",
          "ij1.headless",
          "ij1.headless.windows",
          "ij1.headless.widgets",
          "ij1",
          "fiji",
          "hosts.sweep",
          "hosts.batch",
          "hosts.filled",
          "hosts",
          "hosts.windows",
          "hosts.dialogs",
          "images",
          "images.check",
          "images.probe",
          "images.latents",
          "images.inside",
          "images.training",
          "images.exchange",
          "images.tables",
          "images.results",
          "images.repair",
          "images.areas",
          "images.addons",
          "images.fitting",
          "images.imagej",
          "images.pixels",
          "keys",
          "library",
          "probes",
          "pipeline",
          "sampler",
          "guidance",
          "training",
          "random",
          "addons.lora.algebras",
          "addons.lora",
          "addons.controlnet",
          "addons.embedding",
          "addons",
          "models.unet2d",
          "models.zimage",
          "models.pixart",
          "models.flux",
          "models.stablediffusion",
          "models.stablediffusion3",
          "models.autoencoder",
          "models.original",
          "models.seeing",
          "models.unet",
          "models.vae",
          "models.tiny",
          "models.qwen3",
          "models.clip",
          "models.t5",
          "models",
          "models.prompts",
          "nn.layers",
          "nn",
          "engine",
          "hub",
          "hub.safety",
          "io.model",
          "caching",
          "schedulers.named",
          "schedulers.dpm",
          "schedulers.solvers",
          "schedulers.noise",
          "schedulers.sigmas",
          "schedulers",
          "io",
          "io.kinds",
          "io.files",
          "settings",
          "progress",
          "plugins",
          "views");

  /** Above this many lines a file should be looked at. */
  private static final int LONG = 300;

  /** A package of more files says more than one thing. */
  private static final int MANY = 22;

  @Test
  void everyPackageIsKnownHereAndSaysWhatItIsFor() throws IOException {
    Set<String> names = new TreeSet<>();
    files().forEach(file -> names.add(packageOf(file)));
    assertEquals(new TreeSet<>(ORDER), names);
    for (String name : names) {
      Path info = SOURCES.resolve(name.replace('.', '/')).resolve("package-info.java");
      assertTrue(Files.exists(info), info + " is missing");
      assertTrue(Files.readString(info).contains("\n/**"), info + " says nothing");
    }
  }

  @Test
  void dependenciesPointOneWay() {
    List<String> wrong = new ArrayList<>();
    for (Path file : files()) {
      String user = packageOf(file);
      for (String imported : imports(file)) {
        if (imported.startsWith(OWN) && position(imported) < ORDER.indexOf(user)) {
          wrong.add(file + " imports " + imported);
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void noPackageHoldsManyFiles() {
    Map<String, Long> counts =
        files().stream().collect(Collectors.groupingBy(f -> packageOf(f), Collectors.counting()));
    counts.forEach((name, count) -> assertTrue(count <= MANY, name + " has " + count + " files"));
  }

  @Test
  void commandsTheEntryFromImageJAndTheHubDoNotKnowTensors() {
    assertEquals(List.of(), importing("commands", "ai.djl."));
    assertEquals(List.of(), importing("fiji", "ai.djl."));
    assertEquals(List.of(), importing("ij1", "ai.djl."));
    assertEquals(List.of(), importing("hub", "ai.djl."));
  }

  @Test
  void onlyTheImagesPackageKnowsBothTensorsAndImgLib2() {
    for (String name : ORDER) {
      if (!name.startsWith("images") && !name.equals("script")) {
        assertEquals(List.of(), importing(name, "net.imglib2."));
      }
    }
  }

  /** Only what finds them by their names knows plugins. */
  @Test
  void schedulersAreNumbersInAndNumbersOut() {
    for (Path file : files()) {
      String name = packageOf(file);
      if (name.startsWith("schedulers") && !name.equals("schedulers.named")) {
        for (String imported : imports(file)) {
          assertTrue(
              imported.startsWith("java.")
                  || imported.startsWith("org.scijava.plugin.")
                  || imported.startsWith("org.apache.commons.math3.distribution.")
                  || imported.startsWith(OWN + "settings.")
                  || imported.startsWith(OWN + "schedulers."),
              file + " imports " + imported);
        }
      }
    }
  }

  /** A macro key and a column have names of components; no file asks a model for those either. */
  @Test
  void onlyAFamilyKnowsItsComponentsItsSmallDecoderAndItsSizes() {
    Set<String> sizes = new TreeSet<>();
    Set<String> all = new TreeSet<>();
    Map<String, Set<String>> own = new HashMap<>();
    for (Family family : Families.all()) {
      Set<String> literals = literals(family);
      family.kinds().keySet().forEach(width -> sizes.add(String.valueOf(width)));
      String home = family.getClass().getPackageName().substring(OWN.length());
      own.computeIfAbsent(home, name -> new TreeSet<>()).addAll(literals);
      all.addAll(literals);
    }
    Pattern size = Pattern.compile("\\b(" + String.join("|", sizes) + ")L?\\b");
    for (Path file : files()) {
      Set<String> known = own.getOrDefault(packageOf(file), Set.of());
      String text = KERNELS.matcher(read(file)).replaceAll("");
      for (String literal : all) {
        boolean isWrong = !known.contains(literal) && text.contains(literal);
        assertFalse(isWrong, file + " contains " + literal);
      }
      boolean isWrong = known.isEmpty() && size.matcher(text).find();
      assertFalse(isWrong, file + " contains a size of " + size);
    }
  }

  /** The names by which a family's files call its parts. */
  private static Set<String> literals(Family family) {
    Set<String> literals = new TreeSet<>();
    if (family.components().size() > 4) literals.add("\"_2\"");
    family.components().forEach(component -> literals.add('"' + component.name() + '"'));
    family.ignored().forEach(component -> literals.add('"' + component + '"'));
    family.tinyDecoders().forEach(decoder -> literals.add('"' + decoder + '"'));
    for (String word : List.of("\"scheduler\"", "\"tokenizer\"", "\"vae\"")) {
      if (literals.remove(word)) literals.add("(" + word + ")");
    }
    return literals;
  }

  @Test
  void nobodyNamesAFamilyOrAnAddOn() {
    for (String name :
        List.of(
            "models.stablediffusion",
            "models.stablediffusion3",
            "models.unet2d",
            "models.zimage",
            "models.pixart",
            "models.flux",
            "addons.lora",
            "addons.controlnet")) {
      for (Path file : files()) {
        if ((packageOf(file) + ".").startsWith(name + ".")) continue;
        for (String imported : imports(file)) {
          assertFalse(imported.startsWith(OWN + name + "."), file + " imports " + imported);
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
  void longFilesAreNamedAndACommandIsLittleMoreThanItsParameters() {
    for (Path file : files()) {
      String text = read(file);
      long length = text.lines().count();
      if (length > LONG) LOG.log(Level.WARNING, file + " has " + length + " lines");
      if (text.contains("type = Command.class")) {
        String own = IMPORT.matcher(PARAMETER.matcher(text).replaceAll("")).replaceAll("");
        long lines = own.lines().count() - imports(file).size();
        assertTrue(lines < 80, file + " has " + lines + " lines besides its parameters");
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

  /** Only NativeEnvironmentTest opens PyTorch by itself: it tests how PyTorch is loaded. */
  @Test
  void onlyFixturesOpenPyTorchInTestsAndSpellThePathsOfResources() {
    Pattern opening = Pattern.compile("newBaseManager\\(|Hardware\\.engine\\(|Engine\\.get");
    Pattern path = Pattern.compile("\"src/test/res\\w+|\"test\", \"resources\"");
    for (Path file : files(TESTS)) {
      if (file.startsWith(TESTS.resolve("fixtures"))) continue;
      String text = read(file);
      boolean loads = file.endsWith("NativeEnvironmentTest.java");
      assertTrue(loads || !opening.matcher(text).find(), file + " opens PyTorch: use @PyTorch");
      assertFalse(path.matcher(text).find(), file + " spells a path: use TestResources");
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

  /** The position in the order of the package that a class is of. */
  private static int position(String imported) {
    String name = imported.substring(OWN.length());
    while (!ORDER.contains(name)) {
      name = name.substring(0, name.lastIndexOf('.'));
    }
    return ORDER.indexOf(name);
  }

  private static String packageOf(Path file) {
    return SOURCES.relativize(file.getParent()).toString().replace('/', '.').replace('\\', '.');
  }

  private static List<Path> files() {
    return files(SOURCES);
  }

  private static List<Path> files(Path root) {
    try (Stream<Path> files = Files.walk(root)) {
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
