package sc.fiji.latentdiffusion.keys;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A command as it was called, which a macro line repeats.
 *
 * @param label of the command in the menu, "Text to Image..."
 * @param values of its keys, in the order of macros
 */
public record MacroCall(String label, Map<String, Object> values) {

  /** No command: Java code that calls the same methods. */
  public static final MacroCall NONE = new MacroCall("", Map.of());

  /** Copies the values. */
  public MacroCall {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /**
   * Returns the call with the values that a run has found for its keys.
   *
   * @param resolved values by key; keys that the command does not have are left out
   */
  public MacroCall with(Map<String, ?> resolved) {
    Map<String, Object> all = new LinkedHashMap<>(values);
    all.replaceAll((key, value) -> resolved.containsKey(key) ? resolved.get(key) : value);
    return new MacroCall(label, all);
  }

  /** Returns the macro line, {@code run("label", "key=value …");}. */
  public String line() {
    return MacroLine.run(label, values);
  }
}
