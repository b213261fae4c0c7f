package sc.fiji.latentdiffusion.fiji;

import ij.macro.Interpreter;
import org.scijava.event.EventHandler;
import org.scijava.module.event.ModuleCanceledEvent;
import org.scijava.plugin.Plugin;
import org.scijava.service.AbstractService;
import org.scijava.service.SciJavaService;
import org.scijava.service.Service;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;

/**
 * Ends a macro whose command has failed or was canceled, as plain ImageJ does. Fiji would continue
 * with the next line, and any image that is active then.
 */
@Plugin(type = Service.class)
public final class MacroService extends AbstractService implements SciJavaService {

  @EventHandler
  private void onEvent(ModuleCanceledEvent event) {
    if (!(event.getModule().getDelegateObject() instanceof DiffusionCommand)) {
      return;
    }
    Interpreter macro = Interpreter.getInstance();
    if (macro != null) {
      macro.setIgnoreErrors(true); // the host shows the reason
      macro.abort(event.getReason());
    }
  }
}
