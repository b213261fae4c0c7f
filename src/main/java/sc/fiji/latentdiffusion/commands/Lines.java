package sc.fiji.latentdiffusion.commands;

import java.awt.GraphicsEnvironment;
import java.util.stream.Collectors;

/** Messages with line breaks, which neither ImageJ's dialogs nor Fiji's put in. */
public final class Lines {

  private static final int COLUMNS = 75;

  private Lines() {}

  /** A text in lines of at most 75 characters, as far as its words allow. */
  public static String wrapped(String text) {
    return text.lines().map(Lines::wrappedLine).collect(Collectors.joining("\n"));
  }

  private static String wrappedLine(String line) {
    return line.replaceAll("(.{1," + COLUMNS + "})(?: |$)", "$1\n").strip();
  }

  /** A message for the host to show: in lines, if it has a screen to show it on. */
  static String shown(String message) {
    return GraphicsEnvironment.isHeadless() ? message : wrapped(message);
  }
}
