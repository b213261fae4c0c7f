/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.dialogs;

import java.awt.GraphicsEnvironment;
import java.util.stream.Collectors;

/** Messages with line breaks, which neither ImageJ's dialogs nor Fiji's put in. */
public final class LineBreaks {

  private static final int COLUMNS = 75;

  private LineBreaks() {}

  /** A text in lines of at most 75 characters, as far as its words allow. */
  public static String wrapped(String text) {
    return text.lines().map(LineBreaks::wrappedLine).collect(Collectors.joining("\n"));
  }

  /** The same, with empty lines behind it where it has fewer lines than asked for. */
  public static String wrapped(String text, int lines) {
    String wrapped = wrapped(text);
    String missing = "\n ".repeat((int) Math.max(0, lines - Math.max(1, wrapped.lines().count())));
    return (wrapped.isEmpty() ? " " : wrapped) + missing;
  }

  private static String wrappedLine(String line) {
    return line.replaceAll("(.{1," + COLUMNS + "})(?: |$)", "$1\n").strip();
  }

  /** A message for the host to show: in lines, if it has a screen to show it on. */
  public static String shown(String message) {
    return GraphicsEnvironment.isHeadless() ? message : wrapped(message);
  }
}
