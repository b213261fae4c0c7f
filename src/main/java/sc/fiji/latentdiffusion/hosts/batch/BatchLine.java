/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.batch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.io.Checksum;

/** What is done with each file: a recorded line of a command, or a macro. */
sealed interface BatchLine {

  /**
   * A recorded line.
   *
   * @param text the line
   * @param label of the command, "Image to Image..."
   * @param options {@code key=value …}
   */
  record Command(String text, String label, String options) implements BatchLine {}

  /**
   * A macro, which is told input, output and seed with tabs between them.
   *
   * @param text its path, as the user wrote it
   * @param macro its contents
   * @param sha256 of its contents
   */
  record Macro(String text, String macro, String sha256) implements BatchLine {}

  /** As the user wrote it. */
  String text();

  /** {@code run("label", "options");} */
  Pattern LINE =
      Pattern.compile(
          "run\\(\\s*\"((?:[^\"\\\\]|\\\\.)*)\"\\s*(?:,\\s*\"((?:[^\"\\\\]|\\\\.)*)\"\\s*)?\\)\\s*;?",
          Pattern.DOTALL);

  /** A backslash and the character behind it, within a text of the macro language. */
  Pattern ESCAPED = Pattern.compile("\\\\(.)", Pattern.DOTALL);

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException if it is neither a recorded line nor a macro's path
   * @throws IOException if the macro can't be read
   */
  static BatchLine of(String text) throws IOException {
    String line = text.strip();
    Matcher recorded = LINE.matcher(line);
    if (recorded.matches()) {
      String options = recorded.group(2) == null ? "" : recorded.group(2);
      return new Command(line, unescaped(recorded.group(1)), unescaped(options));
    }
    if (line.isEmpty() || line.startsWith("run(")) throw refused(line);
    try {
      Path path = Path.of(line);
      if (Files.isRegularFile(path)) {
        return new Macro(line, Files.readString(path), Checksum.ofContents(path));
      }
    } catch (InvalidPathException e) {
      throw refused(line);
    }
    throw refused(line);
  }

  private static String unescaped(String literal) {
    return ESCAPED.matcher(literal).replaceAll(match -> Matcher.quoteReplacement(character(match)));
  }

  private static String character(MatchResult match) {
    return switch (match.group(1)) {
      case "n" -> "\n";
      case "r" -> "\r";
      case "t" -> "\t";
      default -> match.group(1);
    };
  }

  private static IllegalArgumentException refused(String line) {
    String found = line.isEmpty() ? "empty" : "\"" + line.lines().findFirst().orElse("") + "\"";
    return new IllegalArgumentException(
        "line must be one recorded line, as run(\"Image to Image...\", \"strength=0.5\"), or the"
            + " path of a macro, but is "
            + found
            + ". Record a line by Plugins > Macros > Record.");
  }
}
