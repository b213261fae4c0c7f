/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.keys;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A command as it was called, which a macro line repeats.
 *
 * @param label of the command in the menu, "Text to Image..."
 * @param values of its keys, in the order of macros
 * @param said notes that its dialog has shown
 */
public record MacroCall(String label, Map<String, Object> values, List<String> said) {

  /** No command: Java code that calls the same methods. */
  public static final MacroCall NONE = new MacroCall("", Map.of());

  /** A call without a dialog. */
  public MacroCall(String label, Map<String, Object> values) {
    this(label, values, List.of());
  }

  /** Returns the call after its dialog has shown some notes. */
  public MacroCall afterSaying(List<String> notes) {
    return new MacroCall(label, values, notes);
  }

  /** Copies the values. */
  public MacroCall {
    said = List.copyOf(said);
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
    return new MacroCall(label, all, said);
  }

  /** Returns the macro line, {@code run("label", "key=value …");}. */
  public String line() {
    return MacroLine.run(label, values);
  }
}
