/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Functions in TorchScript's serialised form, by name: the methods of one class, each indented by
 * two. Comments are left out. Immutable.
 */
final class KernelText {

  private static final String ENDING = ".torchscript";
  private static final Pattern COMMENT = Pattern.compile("(?m)^ *#.*\\R?");
  private static final Pattern FUNCTION = Pattern.compile("(?m)^  def (\\w+)\\(");
  private static final Pattern CALLED = Pattern.compile("\\(self\\)\\.(\\w+)\\(");

  private final Map<String, String> functions;

  private KernelText(Map<String, String> functions) {
    this.functions = functions;
  }

  /**
   * Reads the resource {@code name.torchscript} and its overlays {@code name.overlay.torchscript},
   * as far as there are such.
   *
   * @param beside a class of the resources' package
   * @param name of the text
   * @param overlays whose functions replace those of the same name, the last one's first
   * @throws UncheckedIOException if the text itself is missing
   */
  static KernelText read(Class<?> beside, String name, List<String> overlays) {
    KernelText text = resource(beside, name + ENDING);
    if (text == null) {
      throw new UncheckedIOException(
          new IOException(
              "The resource "
                  + name
                  + ENDING
                  + " beside "
                  + beside.getName()
                  + " is missing: the jar is incomplete."));
    }
    for (String overlay : overlays) {
      KernelText over = resource(beside, name + "." + overlay + ENDING);
      if (over != null) text = text.with(over);
    }
    return text;
  }

  private static KernelText resource(Class<?> beside, String resource) {
    try (InputStream in = beside.getResourceAsStream(resource)) {
      return in == null ? null : parsed(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static KernelText parsed(String text) {
    String code = COMMENT.matcher(text).replaceAll("");
    Map<String, String> functions = new LinkedHashMap<>();
    Matcher matcher = FUNCTION.matcher(code);
    int start = -1;
    String name = null;
    while (matcher.find()) {
      if (name != null) functions.put(name, code.substring(start, matcher.start()));
      start = matcher.start();
      name = matcher.group(1);
    }
    if (name != null) functions.put(name, code.substring(start));
    return new KernelText(functions);
  }

  /** Returns the names of all functions. */
  Set<String> names() {
    return functions.keySet();
  }

  /** Returns all functions, those of another text in place of the ones of the same name. */
  KernelText with(KernelText other) {
    Map<String, String> both = new LinkedHashMap<>(functions);
    both.putAll(other.functions);
    return new KernelText(both);
  }

  /**
   * Returns the functions of both texts.
   *
   * @throws IllegalStateException naming a function that both define
   */
  KernelText and(KernelText other) {
    for (String name : other.names()) {
      if (functions.containsKey(name)) {
        throw new IllegalStateException(
            "Two kernel texts define the function "
                + name
                + "; names are common to all texts. Rename one of both.");
      }
    }
    return with(other);
  }

  /** Returns some functions and all that they call, directly or not, as far as it is here. */
  KernelText needed(Collection<String> names) {
    Map<String, String> found = new LinkedHashMap<>();
    Deque<String> left = new ArrayDeque<>(names);
    while (!left.isEmpty()) {
      String name = left.pop();
      String code = functions.get(name);
      if (code == null || found.putIfAbsent(name, code) != null) continue;
      CALLED.matcher(code).results().forEach(call -> left.push(call.group(1)));
    }
    return new KernelText(found);
  }

  /** Returns the code of a class without state that has these functions as its methods. */
  String code(String className) {
    return "class "
        + className
        + "(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n\n"
        + String.join("\n", functions.values());
  }
}
