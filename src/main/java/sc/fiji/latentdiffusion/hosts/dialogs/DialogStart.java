/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.dialogs;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a command's dialog begins, for the image that it works on.
 *
 * @param subject the first line: what the command works on; empty if there is nothing to say
 * @param suggested texts, by key, that suit the image better than the defaults; the user's last
 *     ones count more
 * @param given texts, by key, that the image itself gives; they count more than the user's last
 *     ones, and are not remembered
 */
public record DialogStart(
    String subject, Map<String, String> suggested, Map<String, String> given) {

  /** Nothing is known: the dialog begins with the user's last values, or the defaults. */
  public static final DialogStart NONE = new DialogStart("", Map.of(), Map.of());

  /** Copies the texts. */
  public DialogStart {
    suggested = Map.copyOf(suggested);
    given = Map.copyOf(given);
  }

  /** A first line alone. */
  public static DialogStart of(String subject) {
    return new DialogStart(subject, Map.of(), Map.of());
  }

  /**
   * Returns the texts that the dialog shows at first.
   *
   * @param defaults by key
   * @param last the user's last ones, by key, of those keys that have some
   */
  public Map<String, String> texts(Map<String, String> defaults, Map<String, String> last) {
    Map<String, String> texts = new LinkedHashMap<>(defaults);
    for (Map<String, String> more : List.of(suggested, last, given)) {
      more.forEach((key, text) -> texts.computeIfPresent(key, (k, before) -> text));
    }
    return texts;
  }
}
