/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fiji;

import java.util.Collection;
import java.util.List;
import org.scijava.event.EventHandler;
import org.scijava.module.ModuleInfo;
import org.scijava.module.ModuleService;
import org.scijava.module.event.ModulesAddedEvent;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.scijava.service.AbstractService;
import org.scijava.service.SciJavaService;
import org.scijava.service.Service;

/**
 * Keeps this plugin's commands in Fiji's list of commands once, so that the search bar shows each
 * once. Fiji lists them as SciJava's, and the entries of ImageJ 1.x's menu, which call the same, as
 * well; these are taken out.
 */
@Plugin(type = Service.class)
public final class CommandList extends AbstractService implements SciJavaService {

  /** How Fiji identifies an entry of ImageJ 1.x's menu. */
  static final String MENU_ENTRY = "legacy:sc.fiji.latentdiffusion.ij1.DiffusionPlugIn";

  @Parameter private ModuleService modules;

  @Override
  public void initialize() {
    removeTwins(modules.getModules());
  }

  @EventHandler
  private void onEvent(ModulesAddedEvent event) {
    removeTwins(event.getItems());
  }

  private void removeTwins(Collection<? extends ModuleInfo> listed) {
    List<? extends ModuleInfo> twins =
        listed.stream().filter(info -> MENU_ENTRY.equals(info.getIdentifier())).toList();
    if (!twins.isEmpty()) {
      modules.removeModules(twins);
    }
  }
}
