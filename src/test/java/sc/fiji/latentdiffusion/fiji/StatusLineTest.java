/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fiji;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.scijava.Context;
import org.scijava.app.StatusService;
import org.scijava.app.event.StatusEvent;
import org.scijava.command.Command;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandService;
import org.scijava.event.EventHandler;
import org.scijava.event.EventService;
import org.scijava.log.LogLevel;
import org.scijava.log.LogService;
import org.scijava.module.Module;
import org.scijava.module.ModuleService;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.commands.ShowSchedule;
import sc.fiji.latentdiffusion.hosts.DiffusionService;

/** What stands in Fiji's status bar when a command has ended. */
class StatusLineTest {

  private final List<String> shown = Collections.synchronizedList(new ArrayList<>());
  private final StatusLine line = new StatusLine(); // the event service holds it weakly
  private Context context;

  @BeforeEach
  void open() {
    context =
        new Context(
            CommandService.class,
            DiffusionService.class,
            StatusService.class,
            EventService.class,
            FailureService.class);
    context.service(LogService.class).setLevel(LogLevel.NONE);
    context.service(EventService.class).subscribe(this); // as Fiji's status bar, before the other
    context.inject(line);
  }

  @AfterEach
  void close() {
    context.dispose();
  }

  @EventHandler
  private void onEvent(StatusEvent event) {
    if (event.getStatusMessage() != null) shown.add(event.getStatusMessage());
  }

  /** Another plugin's command. */
  @Plugin(type = Command.class, label = "Another")
  public static final class Another implements Command {

    @Override
    public void run() {
      Thread.yield();
    }
  }

  private void run(Class<? extends Command> command, Object... inputs) throws Exception {
    ModuleService modules = context.service(ModuleService.class);
    Module module = modules.createModule(new CommandInfo(command));
    for (int i = 0; i < inputs.length; i += 2) {
      module.setInput((String) inputs[i], inputs[i + 1]);
    }
    modules.run(module, List.of(), List.of(), Map.of()).get();
  }

  /** Waits for words; SciJava tells them in threads of their own, in any order. */
  private int await(Predicate<String> words) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (true) {
      List<String> now = List.copyOf(shown);
      for (int i = now.size() - 1; i >= 0; i--) {
        if (words.test(now.get(i))) return i;
      }
      assertTrue(System.nanoTime() < end, now.toString());
      Thread.sleep(10);
    }
  }

  private void assertAnswered(String scijava, String own) throws Exception {
    int before = await(scijava::equals);
    await(words -> shown.lastIndexOf(words) > before && words.matches(own));
  }

  @Test
  void theLastWordsOfARunStay() throws Exception {
    run(ShowSchedule.class, "steps", 3);
    assertAnswered(StatusLine.FINISHED + "Show Schedule", "Show Schedule: [0-9.]+ s");
  }

  @Test
  void soDoThoseOfARunThatFails() throws Exception {
    run(ShowSchedule.class, "scheduler", "eulr");
    assertAnswered(StatusLine.CANCELED + "Show Schedule", "Show Schedule failed");
  }

  @Test
  void whatFijiSaysOfOtherCommandsStays() throws Exception {
    run(Another.class);
    await(words -> words.equals(StatusLine.FINISHED + "Another"));
    run(ShowSchedule.class, "steps", 3);
    assertAnswered(StatusLine.FINISHED + "Show Schedule", "Show Schedule: .*");
    assertEquals(2, shown.stream().filter(words -> words.endsWith("Another")).count());
  }
}
