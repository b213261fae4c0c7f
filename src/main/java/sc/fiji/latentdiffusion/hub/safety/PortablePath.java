/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hub.safety;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Paths that name the same file below a folder on every system, and never one outside it. Hubs give
 * any text as a path; only such paths are written.
 *
 * <p>A part of a path has letters, marks and decimal digits of any script, and signs that no system
 * reads as anything but themselves. It has no separators, drives or streams of Windows ({@code \
 * :}), no wildcards, no {@code ~} (Windows' short names), no control, format or unassigned
 * characters, no line separators, no halves of surrogate pairs. It neither begins nor ends with a
 * dot or blank, is none of Windows' devices, and is short enough for the names of its parts while
 * it is incomplete.
 */
public final class PortablePath {

  private static final String SIGNS = " ._-+()[]{}@#=,;&'!";

  private static final Pattern DEVICE =
      Pattern.compile("(CON|PRN|AUX|NUL|CONIN|CONOUT|COM\\d|LPT\\d) *(\\..*)?");

  /** Systems take 255 bytes or characters; the names of incomplete files are longer. */
  private static final int MOST_BYTES = 200;

  private PortablePath() {}

  /**
   * Tells why a path is not one.
   *
   * @param path with slashes
   * @return the end of a sentence about its name; empty for a portable path
   */
  public static Optional<String> problem(String path) {
    for (String part : path.split("/", -1)) {
      Optional<String> problem = problemOfPart(part);
      if (problem.isPresent()) return problem;
    }
    return Optional.empty();
  }

  private static Optional<String> problemOfPart(String part) {
    if (part.isEmpty()) return Optional.of("a part of it is empty");
    Optional<String> wrong =
        part.codePoints().filter(c -> !isPortable(c)).mapToObj(PortablePath::named).findFirst();
    if (wrong.isPresent()) return Optional.of("it has the character " + wrong.get());
    if (part.matches("[. ].*|.*[. ]")) {
      return Optional.of("a part of it begins or ends with a dot or blank");
    }
    if (DEVICE.matcher(part.toUpperCase(Locale.ROOT)).matches()) {
      return Optional.of(part + " is a device of Windows");
    }
    boolean isLong = part.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES;
    return isLong ? Optional.of("a part of it is too long") : Optional.empty();
  }

  private static boolean isPortable(int c) {
    int type = Character.getType(c);
    return SIGNS.indexOf(c) >= 0
        || Character.isLetter(c)
        || type == Character.DECIMAL_DIGIT_NUMBER
        || type == Character.NON_SPACING_MARK
        || type == Character.COMBINING_SPACING_MARK;
  }

  private static String named(int c) {
    return c > ' ' && c < 127 ? Character.toString(c) : String.format("U+%04X", c);
  }
}
