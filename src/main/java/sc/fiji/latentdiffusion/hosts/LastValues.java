/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts;

import ij.Prefs;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import sc.fiji.latentdiffusion.keys.Key;

/**
 * The texts with which a command's next dialog begins: those of the last run that a dialog asked
 * for and that did not fail, in ImageJ's preferences; or those that another command has given it
 * since, until such a run. Macros and scripts leave them as they are.
 */
public final class LastValues {

  private static final Map<String, Map<String, String>> NEXT = new ConcurrentHashMap<>();

  private final String prefix;
  private final List<Key> keys;

  /** Those of the keys that the next dialog is to begin with. */
  public LastValues(DiffusionCommand command, List<Key> keys) {
    String name = command.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    prefix = "latentdiffusion." + name + ".";
    this.keys = keys.stream().filter(Key::isPersisted).toList();
  }

  /** Returns the texts by key, of those keys that have some. */
  public Map<String, String> get() {
    Map<String, String> last = new HashMap<>();
    for (Key key : keys) {
      String text = Prefs.get(prefix + key.name(), null);
      if (text != null) last.put(key.name(), text);
    }
    last.putAll(NEXT.getOrDefault(prefix, Map.of()));
    return last;
  }

  /** Gives the next dialog texts by key, also of keys that are not remembered. */
  void setNext(Map<String, String> texts) {
    NEXT.put(prefix, Map.copyOf(texts));
  }

  /** Remembers texts by key; others stay as they are. */
  public void set(Map<String, String> texts) {
    NEXT.remove(prefix);
    for (Key key : keys) {
      String text = texts.get(key.name());
      if (text != null) Prefs.set(prefix + key.name(), text);
    }
  }
}
