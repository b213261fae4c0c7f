package sc.fiji.latentdiffusion.commands;

import ij.ImagePlus;
import ij.macro.Interpreter;
import org.scijava.Priority;
import org.scijava.module.Module;
import org.scijava.module.ModuleItem;
import org.scijava.module.process.AbstractPreprocessorPlugin;
import org.scijava.module.process.PreprocessorPlugin;
import org.scijava.plugin.Plugin;

/**
 * Gives a command the active image of a macro in batch mode. Fiji, which runs commands in a thread
 * of their own, would take the one that was active there, or that has a window.
 */
@Plugin(type = PreprocessorPlugin.class, priority = Priority.VERY_HIGH + 2)
public final class BatchPreprocessor extends AbstractPreprocessorPlugin {

  @Override
  public void process(Module module) {
    ImagePlus active = Interpreter.getLastBatchModeImage();
    if (active == null || !(module.getDelegateObject() instanceof DiffusionCommand)) {
      return;
    }
    for (ModuleItem<?> input : module.getInfo().inputs()) {
      if (input.getType() == ImagePlus.class && !module.isInputResolved(input.getName())) {
        module.setInput(input.getName(), active);
        module.resolveInput(input.getName());
      }
    }
  }
}
