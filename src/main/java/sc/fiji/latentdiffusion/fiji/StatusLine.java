/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fiji;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.scijava.Priority;
import org.scijava.app.StatusService;
import org.scijava.app.event.StatusEvent;
import org.scijava.event.EventHandler;
import org.scijava.module.Module;
import org.scijava.module.event.ModuleCanceledEvent;
import org.scijava.module.event.ModuleFinishedEvent;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.scijava.service.AbstractService;
import org.scijava.service.SciJavaService;
import org.scijava.service.Service;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;

/**
 * Leaves in Fiji's status bar what a command says last, for example its seed and time. SciJava
 * writes its own words over them at the end of each command, and has no switch for that; this
 * service then writes the command's words again. Its priority is the lowest, so that it hears
 * SciJava's words after Fiji has shown them.
 */
@Plugin(type = Service.class, priority = Priority.VERY_LOW)
public final class StatusLine extends AbstractService implements SciJavaService {

  /** SciJava's words before the title of a command. */
  static final String FINISHED = "Command finished: ";

  static final String CANCELED = "Command canceled: ";

  @Parameter private StatusService status;

  /** By the words of SciJava that will follow. */
  private final Map<String, String> last = new ConcurrentHashMap<>();

  @EventHandler
  private void onEvent(ModuleFinishedEvent event) {
    keep(FINISHED, event.getModule());
  }

  @EventHandler
  private void onEvent(ModuleCanceledEvent event) {
    keep(CANCELED, event.getModule());
  }

  private void keep(String before, Module module) {
    if (module.getDelegateObject() instanceof DiffusionCommand command) {
      if (!command.ended().isEmpty()) {
        last.put(before + module.getInfo().getTitle(), command.ended());
      }
    }
  }

  @EventHandler
  private void onEvent(StatusEvent event) {
    String message = event.getStatusMessage();
    String own = message == null ? null : last.remove(message);
    if (own != null) status.showStatus(own);
  }
}
