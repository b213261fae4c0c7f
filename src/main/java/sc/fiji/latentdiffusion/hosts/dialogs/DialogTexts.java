/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.dialogs;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The texts in the fields of a dialog: those with which it begins, then the user's. A text of the
 * user may make others better, as an empty prompt does; these follow in all fields that the user
 * has not changed. Safe for use by several threads.
 */
public final class DialogTexts {

  private final Function<Map<String, String>, DialogStart> starts;
  private final Map<String, String> defaults;
  private final Map<String, String> last;
  private final Map<String, String> own;
  private DialogStart start;
  private Map<String, String> shown;

  /**
   * Begins a dialog.
   *
   * @param starts gives how the dialog begins where the user has chosen some texts, by key
   * @param defaults of all keys
   * @param last the user's texts of last time, by key, of those keys that have some
   * @param given texts, by key, that the user has already chosen this time
   */
  public DialogTexts(
      Function<Map<String, String>, DialogStart> starts,
      Map<String, String> defaults,
      Map<String, String> last,
      Map<String, String> given) {
    this.starts = starts;
    this.defaults = defaults;
    this.last = last;
    own = new HashMap<>(given);
    update();
  }

  private void update() {
    Map<String, String> chosen = new HashMap<>(last);
    chosen.putAll(own);
    start = starts.apply(chosen);
    shown = start.texts(defaults, last);
    own.forEach(shown::replace);
  }

  /** The first line of the dialog; empty if there is nothing to say. */
  public synchronized String subject() {
    return start.subject();
  }

  /** The texts of all fields, by key. */
  public synchronized Map<String, String> shown() {
    return new LinkedHashMap<>(shown);
  }

  /** Returns whether the text of a key is the user's: neither its default nor the image's. */
  public synchronized boolean isChosen(String key) {
    return !start.texts(defaults, Map.of()).get(key).equals(shown.get(key));
  }

  /**
   * Follows the user.
   *
   * @param fields the present texts of the fields, by key
   * @return those that become others, by key
   */
  public synchronized Map<String, String> follow(Map<String, String> fields) {
    fields.forEach(
        (key, text) -> {
          if (!text.equals(shown.get(key))) own.put(key, text);
        });
    update();
    Map<String, String> others = new LinkedHashMap<>(shown);
    others.keySet().retainAll(fields.keySet());
    others.entrySet().removeAll(fields.entrySet());
    return others;
  }
}
