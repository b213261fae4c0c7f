/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fiji;

import ij.macro.Interpreter;
import org.scijava.event.EventHandler;
import org.scijava.log.LogService;
import org.scijava.module.Module;
import org.scijava.module.ModuleService;
import org.scijava.module.event.ModuleCanceledEvent;
import org.scijava.module.event.ModuleStartedEvent;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.scijava.service.AbstractService;
import org.scijava.service.SciJavaService;
import org.scijava.service.Service;
import org.scijava.ui.DialogPrompt.MessageType;
import org.scijava.ui.UIService;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.keys.Inputs;

/**
 * What follows in Fiji when a command fails or is canceled. Its message is shown in a box with the
 * command's title, where Fiji's own box has the program's; without windows it is logged. The macro
 * that called it ends, as in plain ImageJ, where Fiji would continue with the next line, and any
 * image that is active then. The dialog that asked for the inputs opens again, as it was.
 */
@Plugin(type = Service.class)
public final class FailureService extends AbstractService implements SciJavaService {

  @Parameter(required = false)
  private UIService ui;

  @Parameter(required = false)
  private LogService log;

  @Parameter private ModuleService modules;

  @EventHandler
  private void onEvent(ModuleStartedEvent event) {
    if (event.getModule().getDelegateObject() instanceof DiffusionCommand command) {
      command.holdReason(true);
    }
  }

  @EventHandler
  private void onEvent(ModuleCanceledEvent event) {
    Module module = event.getModule();
    if (module.getDelegateObject() instanceof DiffusionCommand command) {
      command.holdReason(false);
      String reason = command.getCancelReason();
      abortMacro(reason == null ? event.getReason() : reason);
      boolean failed = reason != null && !reason.isEmpty();
      if (failed) {
        tell(module.getInfo().getTitle(), reason);
      }
      if (command.isAsked()) {
        if (failed) {
          askAgain(module, command);
        } else {
          command.remember();
        }
      }
    }
  }

  private void askAgain(Module failed, DiffusionCommand command) {
    Module again = modules.createModule(failed.getInfo());
    new Inputs(again).setImage(new Inputs(failed).image());
    ((DiffusionCommand) again.getDelegateObject()).setAsked(command.asked());
    modules.run(again, true);
  }

  private static void abortMacro(String reason) {
    Interpreter macro = Interpreter.getInstance();
    if (macro != null) {
      macro.setIgnoreErrors(true); // the reason is shown here
      macro.abort(reason);
    }
  }

  private void tell(String title, String message) {
    if (ui != null && ui.isVisible()) {
      ui.showDialog(message, title, MessageType.ERROR_MESSAGE);
    } else if (log != null) {
      log.error(message);
    }
  }
}
