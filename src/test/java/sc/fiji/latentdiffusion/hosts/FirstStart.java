/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts;

import java.util.Map;
import org.scijava.Context;
import org.scijava.app.StatusService;
import org.scijava.app.event.StatusEvent;
import org.scijava.command.CommandService;
import org.scijava.event.EventHandler;
import org.scijava.event.EventService;
import org.scijava.module.Module;
import org.scijava.module.ModuleService;
import sc.fiji.latentdiffusion.commands.ShowLatent;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;

/** A program that encodes an image, and prints what the status bar would show. */
final class FirstStart {

  private FirstStart() {}

  @EventHandler
  private void onEvent(StatusEvent event) {
    System.out.println(event.getStatusMessage());
  }

  public static void main(String[] arguments) throws Exception {
    FirstStart statusBar = new FirstStart();
    try (Context context =
        new Context(
            CommandService.class,
            DiffusionService.class,
            StatusService.class,
            EventService.class)) {
      context.service(EventService.class).subscribe(statusBar);
      ModuleService modules = context.service(ModuleService.class);
      Module module =
          modules.createModule(context.service(CommandService.class).getCommand(ShowLatent.class));
      modules
          .run(
              module,
              false,
              Map.of(
                  "image",
                  TestImages.black("8-bit", 32, 32),
                  "model",
                  TestResources.spelled(TestResources.SD1)))
          .get();
      System.out.println(module.getOutput("result"));
    }
    System.exit(0);
  }
}
