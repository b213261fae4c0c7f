/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.scijava.Context;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandService;
import org.scijava.module.Module;
import org.scijava.module.ModuleService;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.DiffusionService;
import sc.fiji.latentdiffusion.keys.Inputs;
import sc.fiji.latentdiffusion.keys.MacroOptions;

/** Compares the README and the pages with the commands, their keys and one another. */
class PagesTest {

  private static final Path README = Path.of("README.md");
  private static final Path SITE = Path.of("src", "site");

  /** Returns the keys of each command, by its label. */
  private static final Map<String, List<String>> KEYS = new LinkedHashMap<>();

  @BeforeAll
  static void readTheCommands() {
    try (Context context = new Context(CommandService.class, DiffusionService.class)) {
      ModuleService modules = context.service(ModuleService.class);
      for (CommandInfo info : context.service(CommandService.class).getCommands()) {
        Module module = modules.createModule(info);
        if (module.getDelegateObject() instanceof DiffusionCommand) {
          KEYS.put(info.getMenuPath().getLeaf().getName(), new Inputs(module).names());
        }
      }
    }
    assertEquals(19, KEYS.size());
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.list(SITE)) {
      List<Path> pages = new ArrayList<>(files.filter(f -> f.toString().endsWith(".md")).toList());
      pages.add(README);
      return pages;
    }
  }

  @Test
  void theReadmeNamesEveryCommandAndThePageOfCommandsItsKeysInTheirOrder() throws IOException {
    String readme = Files.readString(README);
    String page = Files.readString(SITE.resolve("commands.md"));
    KEYS.forEach(
        (label, keys) -> {
          assertTrue(readme.contains("| *" + label + "* | "), label);
          assertTrue(page.contains("| *" + label + "* | " + String.join(" ", keys) + " | "), label);
        });
  }

  @Test
  void everyKeyHasItsMeaningInATable() throws IOException {
    String tables =
        Files.readString(SITE.resolve("commands.md")) + Files.readString(SITE.resolve("models.md"));
    for (List<String> keys : KEYS.values()) {
      for (String key : keys) {
        assertTrue(tables.lines().anyMatch(line -> line.matches("\\| [^|]*`" + key + "`.*")), key);
      }
    }
  }

  @Test
  void everyMacroLineHasKnownKeys() throws IOException {
    Pattern run = Pattern.compile("run\\(\"([^\"]+)\", \"([^\"]*)\"\\);");
    int lines = 0;
    for (Path page : pages()) {
      for (Matcher line = run.matcher(Files.readString(page)); line.find(); ) {
        if (KEYS.containsKey(line.group(1))) {
          MacroOptions.parse(line.group(2), KEYS.get(line.group(1)));
          lines++;
        }
      }
    }
    assertTrue(lines > 5, lines + " lines");
  }

  @Test
  void everyLinkLeadsToAnExistingFileAndHeading() throws IOException {
    Pattern link = Pattern.compile("\\]\\(([^)#]*)(?:#([^)]*))?\\)");
    for (Path page : pages()) {
      for (Matcher to = link.matcher(Files.readString(page)); to.find(); ) {
        if (to.group(1).startsWith("http")) {
          continue;
        }
        Path target = page.resolveSibling(to.group(1)).normalize();
        Path file = to.group(1).isEmpty() ? page : target;
        assertTrue(Files.exists(file), page + " leads to " + to.group());
        if (to.group(2) != null) {
          assertTrue(headings(file).contains(to.group(2)), page + " leads to " + to.group());
        }
      }
    }
  }

  /** Returns headings in the spelling of links. */
  private static List<String> headings(Path page) throws IOException {
    return Files.readString(page)
        .lines()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} -]", "").replace(' ', '-'))
        .toList();
  }

  @Test
  void theCitationHasTheVersionOfThePom() throws IOException {
    String version =
        Files.readString(Path.of("pom.xml")).replaceAll("(?s).*?<version>(.*?)</version>.*", "$1");
    assertTrue(Files.readString(Path.of("CITATION.cff")).contains("\nversion: " + version + "\n"));
    assertTrue(Files.readString(Path.of("README.md")).contains("version " + version));
    String changes = Files.readString(Path.of("CHANGELOG.md"));
    assertTrue(changes.contains("\n## " + version.replace("-SNAPSHOT", " ")), version);
  }
}
