package sc.fiji.latentdiffusion.commands;

import ij.IJ;
import ij.ImagePlus;
import ij.Macro;
import ij.macro.Interpreter;
import java.awt.GraphicsEnvironment;
import java.util.ArrayList;
import java.util.List;
import org.scijava.Context;
import org.scijava.Priority;
import org.scijava.module.Module;
import org.scijava.module.ModuleItem;
import org.scijava.module.process.AbstractPreprocessorPlugin;
import org.scijava.module.process.PreprocessorPlugin;
import org.scijava.plugin.Plugin;
import org.scijava.service.Service;
import sc.fiji.latentdiffusion.images.MacroOptions;

/**
 * Fills in what a macro or a script leaves open, as plain ImageJ would: keys that it does not name
 * have their defaults, and a macro's image is the one that is active in it. Fiji would ask for them
 * in a dialog, or without a screen take the values of the last run; and it runs commands in a
 * thread of their own, in which another image may be the active one. Who gives nothing at all is
 * asked. A key that there is not is refused.
 *
 * <p>It comes after Fiji's own reading of a macro's options, and before all else.
 */
@Plugin(type = PreprocessorPlugin.class, priority = Priority.VERY_HIGH + 2)
public final class DefaultsPreprocessor extends AbstractPreprocessorPlugin {

  @Override
  public void process(Module module) {
    if (!(module.getDelegateObject() instanceof DiffusionCommand)) {
      return;
    }
    if (IJ.isMacro() && Macro.getOptions() != null) {
      refuseUnknownKeys(module, Macro.getOptions());
    }
    List<String> open = new ArrayList<>();
    boolean given = GraphicsEnvironment.isHeadless();
    for (ModuleItem<?> input : module.getInfo().inputs()) {
      if (input.getType() == ImagePlus.class) {
        fillIn(module, input.getName());
      } else if (isGivenByUsers(input)) {
        given |= module.isInputResolved(input.getName());
        open.add(input.getName());
      }
    }
    if (given) {
      open.forEach(module::resolveInput);
    }
  }

  /** A key that there is not would be passed over by Fiji, and the run be another than meant. */
  private void refuseUnknownKeys(Module module, String options) {
    List<String> keys = new ArrayList<>();
    for (ModuleItem<?> input : module.getInfo().inputs()) {
      String key = input.getName();
      if (isGivenByUsers(input)) {
        keys.add(key);
        if (module.isInputResolved(key) && Macro.getValue(options, key, null) == null) {
          return; // given by a script: the options are those of a macro that runs the script
        }
      }
    }
    try {
      MacroOptions.parse(options, keys);
    } catch (IllegalArgumentException e) {
      cancel(Lines.shown(e.getMessage()));
    }
  }

  private static boolean isGivenByUsers(ModuleItem<?> input) {
    return !Service.class.isAssignableFrom(input.getType())
        && !Context.class.isAssignableFrom(input.getType());
  }

  private static void fillIn(Module module, String image) {
    ImagePlus active = Interpreter.getLastBatchModeImage();
    if (active != null && !module.isInputResolved(image)) {
      module.setInput(image, active);
      module.resolveInput(image);
    }
  }
}
