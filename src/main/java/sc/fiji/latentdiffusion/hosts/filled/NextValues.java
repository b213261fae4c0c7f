/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.filled;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.hosts.DiffusionService;
import sc.fiji.latentdiffusion.hosts.InnerRun;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.keys.MacroLine;

/** Values with which the next dialogs of some commands begin, those that do not persist, too. */
public final class NextValues {

  private final List<InnerRun> commands = new ArrayList<>();

  /**
   * @param service of the command that sets them
   * @param labels of the commands in the menu, first that whose macro line uses them
   */
  public NextValues(DiffusionService service, String... labels) {
    for (String label : labels) commands.add(InnerRun.named(label, service).orElseThrow());
  }

  /** Returns the keys of all commands, those of the first one first. */
  public List<String> keys() {
    return commands.stream()
        .flatMap(command -> command.inputs().names().stream())
        .distinct()
        .toList();
  }

  /** Returns the first command's label in the menu. */
  public String label() {
    return commands.get(0).inputs().call(key -> true).label();
  }

  private static Map<String, String> own(InnerRun command, Map<String, String> values) {
    Map<String, String> own = new LinkedHashMap<>();
    for (Key key : command.inputs().keys()) {
      if (values.containsKey(key.name())) own.put(key.name(), values.get(key.name()));
    }
    return own;
  }

  /**
   * Checks that the commands take values.
   *
   * @throws IllegalArgumentException if one refuses them
   */
  public void check(Map<String, String> values) {
    commands.forEach(command -> command.set(own(command, values)));
  }

  /** Lets the next dialogs begin with values. */
  public void set(Map<String, String> values) {
    for (InnerRun command : commands) command.beginNext(own(command, values));
  }

  /** Returns the macro line of the first command. */
  public String line(Map<String, String> values) {
    return MacroLine.run(label(), own(commands.get(0), values));
  }
}
