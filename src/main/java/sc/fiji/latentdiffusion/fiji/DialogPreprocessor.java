package sc.fiji.latentdiffusion.fiji;

import java.awt.GraphicsEnvironment;
import org.scijava.module.Module;
import org.scijava.module.ModuleCanceledException;
import org.scijava.module.ModuleException;
import org.scijava.module.ModuleItem;
import org.scijava.module.process.AbstractPreprocessorPlugin;
import org.scijava.module.process.PreprocessorPlugin;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.scijava.ui.UIService;
import org.scijava.widget.InputHarvester;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.keys.MacroLine;

/**
 * Asks in Fiji for the inputs of this plugin's commands that are still open, by a {@code
 * DialogHarvester}. It comes before Fiji's own harvester, which then has nothing left to ask; where
 * nobody can be asked, it does nothing, and needs no service of a host's.
 */
@Plugin(type = PreprocessorPlugin.class, priority = InputHarvester.PRIORITY + 1)
public final class DialogPreprocessor extends AbstractPreprocessorPlugin {

  @Parameter(required = false)
  private UIService ui;

  @Override
  public void process(Module module) {
    if (GraphicsEnvironment.isHeadless()
        || ui == null
        || !ui.isVisible()
        || !(module.getDelegateObject() instanceof DiffusionCommand)) {
      return;
    }
    decodeTexts(module);
    DialogHarvester harvester = new DialogHarvester();
    ui.context().inject(harvester);
    try {
      harvester.harvest(module);
    } catch (ModuleException e) {
      cancel(e instanceof ModuleCanceledException ? "" : e.getMessage());
    }
  }

  /** What a macro's run has left for the next dialog reads as it was meant. */
  private static void decodeTexts(Module module) {
    for (ModuleItem<?> input : module.getInfo().inputs()) {
      String key = input.getName();
      if (!module.isInputResolved(key) && module.getInput(key) instanceof String text) {
        module.setInput(key, MacroLine.decode(text));
      }
    }
  }
}
