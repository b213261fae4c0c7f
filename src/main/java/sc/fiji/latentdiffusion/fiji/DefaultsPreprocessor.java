/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fiji;

import ij.IJ;
import ij.Macro;
import ij.macro.Interpreter;
import java.awt.GraphicsEnvironment;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.scijava.Priority;
import org.scijava.module.Module;
import org.scijava.module.process.AbstractPreprocessorPlugin;
import org.scijava.module.process.PreprocessorPlugin;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.keys.Inputs;
import sc.fiji.latentdiffusion.keys.MacroOptions;

/**
 * Reads a macro's options as plain ImageJ would, and completes the inputs that a macro or a script
 * leaves open: keys that it does not name have their defaults, and a macro's image is the one that
 * is active in it. Fiji would ask for them in a dialog, or without a screen take the values of the
 * last run; it would skip unknown keys and invalid values; and it runs commands in a thread of
 * their own, in which another image may be the active one. A call without any input is asked.
 *
 * <p>It comes after Fiji's own reading of a macro's options, and before all else.
 */
@Plugin(type = PreprocessorPlugin.class, priority = Priority.VERY_HIGH + 2)
public final class DefaultsPreprocessor extends AbstractPreprocessorPlugin {

  @Override
  public void process(Module module) {
    if (!(module.getDelegateObject() instanceof DiffusionCommand command)) {
      return;
    }
    Inputs inputs = new Inputs(module);
    inputs.setImage(Interpreter.getLastBatchModeImage());
    try {
      Collection<String> given = given(inputs);
      inputs.requireConditions(given);
      if (GraphicsEnvironment.isHeadless() || !given.isEmpty()) {
        inputs.complete(given, command.implied());
        inputs.resolveAll();
      }
    } catch (IllegalArgumentException e) {
      cancel(command.refuse(e));
    }
  }

  /** The keys that a script names, or a macro, whose options are read. */
  private static Collection<String> given(Inputs inputs) {
    List<String> set = inputs.resolved();
    String options = IJ.isMacro() ? Macro.getOptions() : null;
    if (options == null
        || set.stream().anyMatch(key -> Macro.getValue(options, key, null) == null)) {
      return set; // the options, if any, are those of a macro that runs the script
    }
    Map<String, String> texts = MacroOptions.parse(options, inputs.names());
    inputs.setAll(texts);
    inputs.logNotes();
    return texts.keySet();
  }
}
