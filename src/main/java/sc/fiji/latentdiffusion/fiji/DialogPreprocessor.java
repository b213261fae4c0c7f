/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fiji;

import java.awt.GraphicsEnvironment;
import org.scijava.module.Module;
import org.scijava.module.ModuleCanceledException;
import org.scijava.module.ModuleException;
import org.scijava.module.process.AbstractPreprocessorPlugin;
import org.scijava.module.process.PreprocessorPlugin;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.scijava.ui.UIService;
import org.scijava.widget.InputHarvester;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.keys.Inputs;

/**
 * Asks in Fiji for the inputs of this plugin's commands that are still open, by a {@code
 * DialogHarvester}. It comes before Fiji's own harvester, which then has nothing left to ask;
 * without a screen it does nothing, and needs no service of a host.
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
        || !(module.getDelegateObject() instanceof DiffusionCommand command)) {
      return;
    }
    new Inputs(module).decode(); // a macro's run may have left encoded texts for the next dialog
    DialogHarvester harvester = new DialogHarvester();
    ui.context().inject(harvester);
    try {
      harvester.harvest(module);
    } catch (ModuleException e) {
      cancel(e instanceof ModuleCanceledException ? "" : command.refuse(e));
    }
  }
}
