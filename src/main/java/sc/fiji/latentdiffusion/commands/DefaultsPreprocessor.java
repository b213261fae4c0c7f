package sc.fiji.latentdiffusion.commands;

import ij.ImagePlus;
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

/**
 * Fills in what a macro or a script leaves open, as plain ImageJ would: keys that it does not name
 * have their defaults, and a macro's image is the one that is active in it. Fiji would ask for them
 * in a dialog, or without a screen take the values of the last run; and it runs commands in a
 * thread of their own, in which another image may be the active one. Who gives nothing at all is
 * asked.
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
