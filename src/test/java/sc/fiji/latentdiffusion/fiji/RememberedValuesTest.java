/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fiji;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ij.Prefs;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.scijava.Context;
import org.scijava.command.CommandService;
import org.scijava.event.EventHandler;
import org.scijava.event.EventService;
import org.scijava.log.LogLevel;
import org.scijava.log.LogService;
import org.scijava.module.Module;
import org.scijava.module.ModuleService;
import org.scijava.module.event.ModuleStartedEvent;
import org.scijava.module.process.AbstractPreprocessorPlugin;
import org.scijava.module.process.PreprocessorPlugin;
import sc.fiji.latentdiffusion.commands.ShowSchedule;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.DiffusionService;
import sc.fiji.latentdiffusion.hosts.LastValues;
import sc.fiji.latentdiffusion.keys.Inputs;

/** With which values the dialog of Fiji begins after a run. */
class RememberedValuesTest {

  private static final String STEPS = "latentdiffusion.showschedule.steps";

  private final List<Module> started = Collections.synchronizedList(new ArrayList<>());
  private Context context;

  @BeforeEach
  void open() {
    context =
        new Context(
            CommandService.class, DiffusionService.class, EventService.class, FailureService.class);
    context.service(LogService.class).setLevel(LogLevel.NONE);
    context.service(EventService.class).subscribe(this);
    Prefs.set(STEPS, "7");
  }

  @AfterEach
  void close() {
    context.dispose();
    Prefs.set(STEPS, null);
  }

  @EventHandler
  private void onEvent(ModuleStartedEvent event) {
    started.add(event.getModule());
  }

  /** A dialog whose OK is chosen. */
  private static final class Accepted extends AbstractPreprocessorPlugin {

    @Override
    public void process(Module module) {
      ((DiffusionCommand) module.getDelegateObject()).setAsked(new Inputs(module).values());
    }
  }

  private void run(boolean dialog, int steps, String scheduler) throws Exception {
    ModuleService modules = context.service(ModuleService.class);
    Module module =
        modules.createModule(context.service(CommandService.class).getCommand(ShowSchedule.class));
    module.setInput("steps", steps);
    module.setInput("scheduler", scheduler);
    List<PreprocessorPlugin> before = dialog ? List.of(new Accepted()) : List.of();
    modules.run(module, before, List.of(new ResultPostprocessor()), Map.of()).get();
  }

  private String remembered() {
    Module module = started.get(0);
    Inputs inputs = new Inputs(module);
    return new LastValues((DiffusionCommand) module.getDelegateObject(), inputs.keys())
        .get()
        .get("steps");
  }

  /** Waits for a thread that may start the next dialog after the run's end. */
  private void awaitStarted(int count) throws InterruptedException {
    for (int i = 0; i < 500 && started.size() < count; i++) Thread.sleep(20);
    assertEquals(count, started.size());
  }

  @Test
  void thoseOfADialogAreRemembered() throws Exception {
    run(true, 5, "euler");
    assertEquals("5", remembered());
    assertEquals(1, started.size());
  }

  @Test
  void thoseOfAScriptAreNot() throws Exception {
    run(false, 5, "euler");
    assertEquals("7", remembered());
  }

  @Test
  void thoseThatFailAreNotAndTheDialogOpensAgainAsItWas() throws Exception {
    run(true, 5, "eulr");
    assertEquals("7", remembered());
    awaitStarted(2);
    Map<String, String> again = ((DiffusionCommand) started.get(1).getDelegateObject()).asked();
    assertEquals("5", again.get("steps"));
    assertEquals("eulr", again.get("scheduler"));
  }

  @Test
  void theDialogDoesNotOpenForAScriptThatFails() throws Exception {
    run(false, 5, "eulr");
    assertEquals(1, started.size());
    assertFalse(((DiffusionCommand) started.get(0).getDelegateObject()).isAsked());
  }
}
