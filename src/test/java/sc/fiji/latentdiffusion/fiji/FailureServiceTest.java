/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fiji;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.scijava.Context;
import org.scijava.command.CommandService;
import org.scijava.event.EventService;
import org.scijava.log.LogLevel;
import org.scijava.log.LogService;
import org.scijava.module.Module;
import org.scijava.module.ModuleService;
import org.scijava.module.process.AbstractPreprocessorPlugin;
import org.scijava.module.process.PreprocessorPlugin;
import org.scijava.ui.DialogPrompt;
import org.scijava.ui.DialogPrompt.Result;
import org.scijava.ui.UIService;
import org.scijava.ui.UserInterface;
import org.scijava.ui.headless.HeadlessUI;
import sc.fiji.latentdiffusion.commands.GetModel;
import sc.fiji.latentdiffusion.commands.ImageToImage;
import sc.fiji.latentdiffusion.commands.ShowSchedule;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.DiffusionService;

/** How Fiji's user learns that a command has failed. */
class FailureServiceTest {

  private static final List<String> BOXES = new ArrayList<>();
  private static boolean windows;

  private final List<String> errors = new ArrayList<>();
  private Context context;

  /** A user interface that writes its boxes down. */
  private static Object boxes(Object proxy, Method called, Object[] arguments) {
    return switch (called.getName()) {
      case "isVisible" -> windows;
      case "dialogPrompt" -> {
        BOXES.add(arguments[1] + ": " + arguments[0]);
        yield (DialogPrompt) () -> Result.OK_OPTION;
      }
      default -> null;
    };
  }

  @BeforeEach
  void open() {
    windows = true;
    BOXES.clear();
    context =
        new Context(
            CommandService.class,
            DiffusionService.class,
            UIService.class,
            FailureService.class,
            EventService.class);
    UIService ui = context.service(UIService.class);
    ui.getDefaultUI(); // finds the others
    Class<?>[] type = {UserInterface.class};
    Object boxes =
        Proxy.newProxyInstance(getClass().getClassLoader(), type, FailureServiceTest::boxes);
    ui.addUI(HeadlessUI.NAME, (UserInterface) boxes); // which tests without a screen have
    LogService log = context.service(LogService.class);
    log.setLevel(LogLevel.ERROR);
    log.addLogListener(message -> errors.add(message.text()));
  }

  @AfterEach
  void close() {
    context.dispose();
  }

  private DiffusionCommand run(
      Class<? extends DiffusionCommand> command, PreprocessorPlugin before, Object... inputs)
      throws Exception {
    ModuleService modules = context.service(ModuleService.class);
    Module module = modules.createModule(context.service(CommandService.class).getCommand(command));
    for (int i = 0; i < inputs.length; i += 2) {
      module.setInput((String) inputs[i], inputs[i + 1]);
      module.resolveInput((String) inputs[i]);
    }
    List<PreprocessorPlugin> all = before == null ? List.of() : List.of(before);
    modules.run(module, all, List.of(), Map.of()).get();
    return (DiffusionCommand) module.getDelegateObject();
  }

  @Test
  void oneBoxWithTheTitleOfTheCommandTellsAFailureAndNoConsoleOpens() throws Exception {
    DiffusionCommand command = run(ShowSchedule.class, null, "scheduler", "eulr");
    assertEquals(1, BOXES.size(), BOXES.toString());
    assertTrue(BOXES.get(0).startsWith("Show Schedule: "), BOXES.toString());
    assertTrue(BOXES.get(0).contains("eulr"), BOXES.toString());
    assertEquals(List.of(), errors); // what is logged as an error opens Fiji's Console in red
    assertTrue(command.getCancelReason().contains("eulr"), "for scripts");
  }

  @Test
  void soDoesOneThatIsRefusedBeforeItRuns() throws Exception {
    ImagePlus closed = TestImages.black("8-bit", 8, 8);
    closed.flush();
    DiffusionCommand command = run(ImageToImage.class, new ImagePreprocessor(), "image", closed);
    assertEquals(1, BOXES.size(), BOXES.toString());
    assertTrue(BOXES.get(0).startsWith("Image to Image: "), BOXES.toString());
    assertEquals(List.of(), errors);
    assertTrue(command.isCanceled());
    assertTrue(BOXES.get(0).endsWith(command.getCancelReason()), command.getCancelReason());
  }

  @Test
  void whatTheUserCancelsIsToldByNothing() throws Exception {
    run(GetModel.class, new Canceled());
    assertEquals(List.of(), BOXES);
    assertEquals(List.of(), errors);
  }

  /** The Cancel button of a dialog. */
  private static final class Canceled extends AbstractPreprocessorPlugin {

    @Override
    public void process(Module module) {
      cancel("");
    }
  }

  @Test
  void withoutWindowsAFailureIsLogged() throws Exception {
    windows = false;
    run(ShowSchedule.class, null, "scheduler", "eulr");
    assertEquals(List.of(), BOXES);
    assertEquals(1, errors.size());
    assertTrue(errors.get(0).contains("eulr"), errors.toString());
    assertFalse(errors.get(0).contains("Exception"), errors.toString());
  }
}
