/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fiji;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.scijava.Context;
import org.scijava.UIDetails;
import org.scijava.annotations.Index;
import org.scijava.annotations.IndexItem;
import org.scijava.command.CommandService;
import org.scijava.module.DefaultMutableModuleInfo;
import org.scijava.module.ModuleInfo;
import org.scijava.module.ModuleService;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.ij1.DiffusionPlugIn;
import sc.fiji.latentdiffusion.ij1.MenuEntries;

class CommandListTest {

  private final Context context = new Context(ModuleService.class, CommandService.class);
  private final ModuleService modules = context.service(ModuleService.class);

  @AfterEach
  void close() {
    context.dispose();
  }

  /** An entry of ImageJ 1.x's menu, as Fiji lists it. */
  private static final class Entry extends DefaultMutableModuleInfo {

    private final String className;

    Entry(Class<?> called) {
      className = called.getName();
    }

    @Override
    public String getIdentifier() {
      return "legacy:" + className;
    }
  }

  @Test
  void entriesOfTheMenuThatCallACommandOfThisPluginAreTakenOutOfTheList() {
    ModuleInfo before = new Entry(DiffusionPlugIn.class);
    ModuleInfo after = new Entry(DiffusionPlugIn.class);
    ModuleInfo other = new Entry(CommandListTest.class);
    modules.addModules(List.of(before, other));
    CommandList list = new CommandList();
    context.inject(list); // as Fiji's services are: some before this one, some after it
    list.initialize();
    assertFalse(modules.getModules().contains(before));
    modules.addModules(List.of(after));
    assertFalse(modules.getModules().contains(after));
    assertTrue(modules.getModules().contains(other));
    long own =
        modules.getModules().stream()
            .filter(info -> "Text to Image".equals(info.getLabel()))
            .count();
    assertEquals(1, own);
  }

  @Test
  void fijiLeavesTheMenuOfTheCommandsInPluginsConfigToImageJ() {
    List<String> labels =
        MenuEntries.read(MenuEntries.class, "/plugins.config").stream()
            .map(MenuEntries.Entry::label)
            .toList();
    for (IndexItem<Plugin> item : Index.load(Plugin.class)) {
      if (item.className().startsWith("sc.fiji.latentdiffusion.commands.")) {
        String path = item.annotation().menuPath();
        boolean listed = labels.contains(path.substring(path.lastIndexOf('>') + 1));
        assertEquals(
            listed ? DiffusionCommand.MENU : UIDetails.APPLICATION_MENU_ROOT,
            item.annotation().menuRoot(),
            item.className());
      }
    }
  }
}
