/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.dialogs;

import java.util.ArrayList;
import java.util.List;

/**
 * The judgement of the present inputs of a command, for its dialog.
 *
 * @param right whether the command can be run with them
 * @param text the error; or the time and memory of a run, empty where it takes next to nothing
 * @param notes on a run that is possible, and may differ from what the user means
 */
public record InputCheck(boolean right, String text, List<String> notes) {

  /** Copies the notes. */
  public InputCheck {
    notes = List.copyOf(notes);
  }

  /** A refusal. */
  public static InputCheck wrong(String error) {
    return new InputCheck(false, error, List.of());
  }

  /** Whether it is about an input of this key: messages begin with the key that is at fault. */
  public boolean refuses(String key) {
    return !right && text.startsWith(key + " ");
  }

  /** The notes, then the text, each in a line of its own. */
  public String lines() {
    List<String> lines = new ArrayList<>(notes);
    if (!text.isEmpty()) lines.add(text);
    return String.join("\n", lines);
  }
}
