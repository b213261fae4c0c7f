/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fiji;

import ij.ImagePlus;
import ij.WindowManager;
import ij.macro.Interpreter;
import org.scijava.module.Module;
import org.scijava.module.ModuleItem;
import org.scijava.module.process.AbstractPostprocessorPlugin;
import org.scijava.module.process.PostprocessorPlugin;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.scijava.thread.ThreadService;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.hosts.windows.ResultWindows;

/**
 * Records a command and opens its results, in hosts that run it themselves, as plain ImageJ would:
 * all of them, the command's own last, which makes it the active image, and in a macro without a
 * screen, too. Scripts without a screen get them as outputs only.
 */
@Plugin(type = PostprocessorPlugin.class)
public final class ResultPostprocessor extends AbstractPostprocessorPlugin {

  @Parameter(required = false)
  private ThreadService threads;

  @Override
  public void process(Module module) {
    if (!(module.getDelegateObject() instanceof DiffusionCommand command)) {
      return;
    }
    if (command.isAsked()) {
      Recording.end(module);
      command.remember();
    }
    command.show();
    if (Interpreter.isBatchMode()) {
      handOver(command);
    }
    if (ResultWindows.canOpen()) {
      for (ModuleItem<?> output : module.getInfo().outputs()) {
        module.resolveOutput(output.getName());
      }
    }
  }

  /** Tells the macro's thread the active image: ImageJ remembers that of a batch by thread. */
  private void handOver(DiffusionCommand command) {
    ImagePlus active = WindowManager.getCurrentImage();
    WindowManager.setTempCurrentImage(null); // this thread will run other commands
    Thread macro = threads == null ? null : threads.getParent(Thread.currentThread());
    if (macro != null && !command.results().isEmpty()) {
      WindowManager.setTempCurrentImage(macro, active);
    }
  }
}
