/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Reads the kernel texts and the classes of typed methods beside them. */
class KernelTextsTest {

  private static final Path SOURCES = Path.of("src/main/java/sc/fiji/latentdiffusion");
  private static final Path TEXTS = Path.of("src/main/resources/sc/fiji/latentdiffusion");
  private static final Path BASE = Path.of("nn");

  private static final Pattern FUNCTION = Pattern.compile("(?m)^  def (\\w+)\\(([^)]*)\\)");
  private static final Pattern CALLED = Pattern.compile("\\(self\\)\\.(\\w+)\\(");
  private static final Pattern ASKED = Pattern.compile("functions\\((\\w+)\\.class, \"(\\w+)\"\\)");
  private static final Pattern TYPED =
      Pattern.compile("functions\\.call\\w*\\(\\s*[\\w.()]+,\\s*\"(\\w+)\"((?:,\\s*\\w+)*)\\)");

  @Test
  void everyFunctionSaysItsShapes() throws IOException {
    for (Path text : files(TEXTS, ".torchscript")) {
      String before = "";
      for (String line : Files.readAllLines(text)) {
        if (line.startsWith("  def ")) {
          assertTrue(before.startsWith("  # "), text + " says nothing of the shapes of" + line);
        }
        before = line;
      }
    }
  }

  @Test
  void aTextCallsItsOwnFunctionsAndThoseOfTensorsAndOperators() throws IOException {
    Set<String> base = new HashSet<>();
    for (Path text : files(TEXTS.resolve(BASE), ".torchscript")) {
      if (text.getParent().endsWith(BASE)) base.addAll(names(read(text)));
    }
    for (Path text : files(TEXTS, ".torchscript")) {
      Set<String> known = new HashSet<>(base);
      for (Path sibling : files(text.getParent(), ".torchscript")) {
        if (stem(sibling).equals(stem(text))) known.addAll(names(read(sibling)));
      }
      Set<String> unknown = called(read(text));
      unknown.removeAll(known);
      assertEquals(Set.of(), unknown, text + " calls what it does not know");
    }
  }

  @Test
  void noFunctionIsInTwoTextsAndNoneIsUnused() throws IOException {
    Map<String, String> textOf = new HashMap<>();
    Set<String> unused = new TreeSet<>();
    for (Path text : files(TEXTS, ".torchscript")) {
      for (String name : names(read(text))) {
        String other = textOf.putIfAbsent(name, stem(text));
        assertTrue(other == null || other.equals(stem(text)), name + " is in two texts");
        unused.add(name);
      }
    }
    for (Path text : files(TEXTS, ".torchscript")) unused.removeAll(called(read(text)));
    for (Path source : files(SOURCES, "Kernels.java")) {
      TYPED.matcher(read(source)).results().forEach(call -> unused.remove(call.group(1)));
    }
    assertEquals(Set.of(), unused);
  }

  @Test
  void aTypedMethodCallsAFunctionOfTheTextBesideItsClassWithAllArguments() throws IOException {
    int calls = 0;
    for (Path source : files(SOURCES, "Kernels.java")) {
      if (source.getFileName().toString().equals("Kernels.java")) continue;
      MatchResult asked = ASKED.matcher(read(source)).results().findFirst().orElseThrow();
      assertEquals(source.getFileName().toString(), asked.group(1) + ".java");
      Map<String, Integer> parameters = new HashMap<>();
      Path folder = TEXTS.resolve(SOURCES.relativize(source.getParent()));
      for (Path text : files(folder, ".torchscript")) {
        if (stem(text).equals(asked.group(2))) parameters.putAll(parameters(read(text)));
      }
      assertFalse(parameters.isEmpty(), asked.group(2) + " is no text beside " + source);
      for (MatchResult call : TYPED.matcher(read(source)).results().toList()) {
        int given = call.group(2).split(",", -1).length - 1;
        assertEquals(parameters.get(call.group(1)), given, source + " calls " + call.group(1));
        calls++;
      }
    }
    assertTrue(calls > 40, "only " + calls + " calls were found");
  }

  @Test
  void onlyClassesOfTypedMethodsCallByName() throws IOException {
    for (Path source : files(SOURCES, ".java")) {
      String name = source.getFileName().toString();
      if (name.endsWith("Kernels.java") || name.equals("KernelFunctions.java")) continue;
      assertFalse(read(source).contains("KernelFunctions"), source + " calls kernels by name");
      assertFalse(read(source).contains(".functions("), source + " calls kernels by name");
    }
  }

  private static Set<String> called(String text) {
    return CALLED.matcher(text).results().map(call -> call.group(1)).collect(Collectors.toSet());
  }

  private static Set<String> names(String text) {
    return parameters(text).keySet();
  }

  /** The functions of a text with how many arguments they take. */
  private static Map<String, Integer> parameters(String text) {
    return FUNCTION
        .matcher(text)
        .results()
        .collect(Collectors.toMap(f -> f.group(1), f -> f.group(2).split(": ", -1).length - 2));
  }

  /** The name of a text without that of an overlay. */
  private static String stem(Path text) {
    String name = text.getFileName().toString();
    return name.substring(0, name.indexOf('.'));
  }

  private static List<Path> files(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file);
  }
}
