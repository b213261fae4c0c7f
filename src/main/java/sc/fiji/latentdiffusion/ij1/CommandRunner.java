/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1;

import ij.IJ;
import ij.ImagePlus;
import ij.Macro;
import ij.WindowManager;
import ij.macro.Interpreter;
import ij.plugin.PlugIn;
import java.awt.GraphicsEnvironment;
import java.awt.HeadlessException;
import java.util.Map;
import java.util.Optional;
import org.scijava.Context;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandService;
import org.scijava.log.LogLevel;
import org.scijava.log.LogService;
import org.scijava.module.Module;
import org.scijava.module.ModuleService;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.DiffusionService;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.hosts.dialogs.LineBreaks;
import sc.fiji.latentdiffusion.keys.Inputs;
import sc.fiji.latentdiffusion.keys.MacroOptions;

/**
 * Runs a command in plain ImageJ (in Fiji, {@link Host} does): inputs from the macro's options,
 * else from a dialog, else (with neither options nor a screen) the defaults; then the results are
 * shown, the command's own last, which makes it the active image.
 */
public final class CommandRunner implements PlugIn {

  private static Context context;

  /** Runs the command of this class name with the active image. */
  @Override
  public void run(String className) {
    Optional<Host> host = Host.present();
    if (host.isPresent()) {
      host.get().run(className);
      return;
    }
    if (IJ.getInstance() != null) {
      MenuEntries.addMissing();
    }
    CommandInfo info = context().service(CommandService.class).getCommand(className);
    String options = Macro.getOptions();
    try {
      if (options == null && !GraphicsEnvironment.isHeadless()) {
        ask(info, WindowManager.getCurrentImage());
      } else {
        Module module = module(info);
        Inputs inputs = new Inputs(module);
        inputs.setImage(WindowManager.getCurrentImage());
        Map<String, String> texts =
            MacroOptions.parse(options == null ? "" : options, inputs.names());
        inputs.requireConditions(texts.keySet());
        inputs.setAll(texts);
        inputs.complete(texts.keySet(), command(module).implied());
        inputs.logNotes();
        if (succeeds(info, command(module))) {
          command(module).show();
        }
      }
    } catch (IllegalArgumentException e) {
      fail(info.getLabel(), e.getMessage());
    }
  }

  /** One context for the life of the program; it keeps the model. Errors are shown, not logged. */
  static synchronized Context context() {
    if (context == null) {
      context = new Context(CommandService.class, DiffusionService.class);
      context.service(LogService.class).setLevel(IJ.debugMode ? LogLevel.DEBUG : LogLevel.NONE);
    }
    return context;
  }

  private static Module module(CommandInfo info) {
    return context().service(ModuleService.class).createModule(info);
  }

  private static DiffusionCommand command(Module module) {
    return (DiffusionCommand) module.getDelegateObject();
  }

  /** Shows the dialog until the run succeeds or is given up; the entries are not lost. */
  private static void ask(CommandInfo info, ImagePlus active) {
    Recording.begin(info);
    Map<String, String> shown = Map.of();
    boolean again = true;
    while (again) {
      Module module = module(info);
      DiffusionCommand command = command(module);
      Inputs inputs = new Inputs(module);
      inputs.setImage(active);
      command.checkImage();
      CommandDialog dialog = new CommandDialog(info, command, inputs, shown);
      if (!dialog.show()) {
        return;
      }
      inputs.logNotes();
      command.setAsked(dialog.shown());
      if (succeeds(info, command)) {
        Recording.end(module);
        command.show();
      }
      shown = dialog.shown();
      again = command.isCanceled() && command.getCancelReason() != null;
      if (!again) command.remember();
    }
  }

  private static boolean succeeds(CommandInfo info, DiffusionCommand command) {
    command.run();
    if (command.isCanceled()) {
      fail(info.getLabel(), command.getCancelReason());
    }
    return !command.isCanceled();
  }

  /** Shows a message and aborts the macro; no message, of a cancelled run, only aborts. */
  private static void fail(String title, String message) {
    Interpreter macro = Interpreter.getInstance();
    if (message == null) {
      Macro.abort();
    } else if (!GraphicsEnvironment.isHeadless()) {
      IJ.error(title, LineBreaks.wrapped(message));
    } else if (macro == null) {
      System.err.println(title + ": " + message);
    } else {
      abort(macro, title, message);
    }
  }

  private static void abort(Interpreter macro, String title, String message) {
    try {
      macro.abort(message);
    } catch (HeadlessException e) { // the macro is stopped, but has no window to say why
      System.err.println(title + ": " + message);
      throw new IllegalStateException(Macro.MACRO_CANCELED, e);
    }
  }
}
