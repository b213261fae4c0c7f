package sc.fiji.latentdiffusion.hosts;

import ij.Prefs;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import sc.fiji.latentdiffusion.keys.Key;

/**
 * The texts with which a command's next dialog begins, in ImageJ's preferences: those of the last
 * run that a dialog asked for and that did not fail. Macros and scripts leave them as they are.
 */
public final class LastValues {

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
    return last;
  }

  /** Remembers texts by key; others stay as they are. */
  public void set(Map<String, String> texts) {
    for (Key key : keys) {
      String text = texts.get(key.name());
      if (text != null) Prefs.set(prefix + key.name(), text);
    }
  }
}
