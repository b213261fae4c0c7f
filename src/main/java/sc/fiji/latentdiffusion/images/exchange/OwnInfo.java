/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.exchange;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The Info of our own results, in a PNG file's text or of an open image. */
final class OwnInfo {

  /** The keyword of a PNG file's text. */
  static final String KEYWORD = "latentdiffusion";

  private static final String COMMAND = "Text to Image...";

  private OwnInfo() {}

  /** Returns the lines by their keys; none if a text is no Info of a run. */
  static Map<String, String> lines(String info) {
    Map<String, String> lines = new LinkedHashMap<>();
    for (String line : info == null ? List.<String>of() : info.lines().toList()) {
      int equals = line.indexOf('=');
      if (equals > 0) lines.putIfAbsent(line.substring(0, equals), line.substring(equals + 1));
    }
    boolean isOurs = lines.keySet().containsAll(Set.of("command", "macro", "seed", "scheduler"));
    return isOurs ? lines : Map.of();
  }

  /** Returns the value of a line as it was given. */
  static String text(Map<String, String> lines, String key) {
    return lines.getOrDefault(key, "").replace("\\n", "\n").replace("\\r", "\r");
  }

  /**
   * Reads an Info.
   *
   * @param keys in their order
   * @param found takes the settings; none if the text is no Info of a run
   */
  static void read(String info, List<String> keys, Found found) {
    Map<String, String> lines = lines(info);
    if (lines.isEmpty()) return;
    String command = lines.get("command");
    boolean isOther = !command.equals(COMMAND);
    found.none("command", command, isOther ? "its image is not in the macro line" : "");
    for (String key : keys) {
      if (!lines.containsKey(key)) continue;
      String value = text(lines, key);
      found.set(key, value, key);
    }
  }
}
