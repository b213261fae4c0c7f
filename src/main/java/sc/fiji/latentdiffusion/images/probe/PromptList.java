/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.probe;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Several prompts in one text: a line each, or with {@code |} between them. A {@code |} within
 * brackets, behind a backslash, or beside another one is a character of a prompt.
 */
public final class PromptList {

  private final List<String> prompts = new ArrayList<>();

  private PromptList(String text) {
    text.lines().forEach(this::split);
  }

  /**
   * Splits a text. Blank prompts are left out.
   *
   * @return at least one prompt
   * @throws IllegalArgumentException if there is none, or one stands there twice
   */
  public static List<String> of(String text) {
    List<String> prompts = new PromptList(text).prompts;
    if (prompts.isEmpty()) {
      throw new IllegalArgumentException(
          "prompts must name at least one prompt, but is empty. Write some, with | between them.");
    }
    Set<String> seen = new HashSet<>();
    for (String prompt : prompts) {
      if (seen.add(prompt)) continue;
      throw new IllegalArgumentException(
          "prompts must differ, but \"" + prompt + "\" stands there twice. Leave one out.");
    }
    return List.copyOf(prompts);
  }

  private void split(String line) {
    int depth = 0;
    int from = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\\') i++;
      if (c == '(' || c == '[') depth++;
      if (c == ')' || c == ']') depth = Math.max(0, depth - 1);
      if (c == '|' && depth == 0 && isAlone(line, i)) {
        add(line.substring(from, i));
        from = i + 1;
      }
    }
    add(line.substring(from));
  }

  private static boolean isAlone(String line, int i) {
    boolean before = i > 0 && line.charAt(i - 1) == '|';
    boolean behind = i + 1 < line.length() && line.charAt(i + 1) == '|';
    return !before && !behind;
  }

  private void add(String prompt) {
    if (!prompt.isBlank()) prompts.add(prompt.strip());
  }
}
