/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless;

import ij.CommandListener;
import ij.Executer;
import ij.IJ;
import ij.Macro;
import ij.Menus;
import ij.gui.Toolbar;
import ij.macro.Interpreter;
import java.awt.HeadlessException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.hosts.batch.BatchRun;
import sc.fiji.latentdiffusion.hosts.batch.InnerMacro;
import sc.fiji.latentdiffusion.ij1.headless.windows.Unanswered;

/**
 * Runs an ImageJ macro without a screen. Messages are printed. An exception, an error or a question
 * to the user ends the macro; ImageJ itself would print a trace, show a box and go on, or wait.
 */
public final class HeadlessMacro extends Interpreter implements CommandListener {

  private static final Pattern EXIT_WITH_MESSAGE = Pattern.compile("\\bexit\\s*\\(\\s*[^)\\s]");

  private static final Pattern PLUGIN = Pattern.compile("([^(]+)(?:\\(\"(.*)\"\\))?");

  private static final Pattern IN_LINE = Pattern.compile(" in line (\\d+)");

  private final String macro;
  private String failure;
  private int line;

  private HeadlessMacro(String macro) {
    this.macro = macro;
  }

  /**
   * Runs a macro.
   *
   * @param macro its text
   * @param argument the result of {@code getArgument()}
   * @return why and in which line it failed, or nothing
   */
  public static Optional<String> failureOf(String macro, String argument) {
    CommandTable.fill();
    makeTools();
    HeadlessMacro interpreter = new HeadlessMacro(macro);
    Unanswered.reportTo(interpreter::unanswered);
    Executer.addCommandListener(interpreter);
    try {
      interpreter.run(macro, argument);
    } catch (RuntimeException e) {
      interpreter.stopped(e);
    } finally {
      Executer.removeCommandListener(interpreter);
    }
    return Optional.ofNullable(interpreter.failure).map(m -> "line " + interpreter.line + ": " + m);
  }

  /** Returns whether files of <i>Batch</i> have failed in macros that ran to their end. */
  public static boolean hasFailedFiles() {
    return BatchRun.failedFiles() > 0;
  }

  /** Makes the tools that {@code setTool} selects, which ImageJ makes with its own window. */
  private static void makeTools() {
    try {
      if (Toolbar.getInstance() == null) {
        new Toolbar();
      }
    } catch (HeadlessException withoutTools) {
      // ImageJ's classes were loaded with Java's windows: setTool fails, and says so
    }
  }

  /** Runs a plugin's command here, which keeps its exceptions; leaves others to ImageJ. */
  @Override
  public String commandExecuting(String command) {
    Matcher plugin = PLUGIN.matcher(String.valueOf(Menus.getCommands().get(command)));
    if (!Menus.getCommands().containsKey(command) || !plugin.matches()) {
      return command;
    }
    try {
      IJ.runPlugIn(command, plugin.group(1), plugin.group(2));
    } catch (HeadlessException e) {
      stop(command + " of ImageJ can't run without a screen");
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      if (!Macro.MACRO_CANCELED.equals(e.getMessage())) {
        stop(command + " has failed: " + e);
      } else if (failure != null) {
        throw e;
      }
    }
    return null;
  }

  /** Ends all macros that run; an inner one would go on if this one were only told to. */
  private void stop(String message) {
    abort(message);
    throw new IllegalStateException(Macro.MACRO_CANCELED);
  }

  /** A dialog or an error of ImageJ, in this macro or in one that it runs. */
  private void unanswered(String reason) {
    if (InnerMacro.takes(reason)) return;
    String own = getErrorMessage();
    Matcher at = IN_LINE.matcher(reason);
    if (own != null && at.find()) { // the interpreter has read on when it finds an error
      failure = own;
      line = Integer.parseInt(at.group(1));
    }
    abort(source() + ": " + reason);
  }

  /** Called by commands that fail. */
  @Override
  public void abort(String message) {
    if (InnerMacro.takes(message)) return;
    fail(message);
    setIgnoreErrors(true); // or a window would be opened
    super.abort(message);
  }

  private void fail(String message) {
    if (failure == null) {
      failure = message;
      line = getLineNumber();
    }
  }

  private void stopped(RuntimeException e) {
    if (getErrorMessage() != null) {
      fail(getErrorMessage());
    } else if (e instanceof HeadlessException) {
      fail(source() + ": needs a screen, as the clipboard and file choosers do");
    } else if (!Macro.MACRO_CANCELED.equals(e.getMessage())) {
      fail(e.toString());
    } else if (exitsWithMessage()) {
      fail("the macro has called exit with the message above");
    }
  }

  private boolean exitsWithMessage() {
    return EXIT_WITH_MESSAGE.matcher(source()).find();
  }

  /** The line of the macro that runs. */
  private String source() {
    return macro.lines().skip(Math.max(0, getLineNumber() - 1L)).findFirst().orElse("").strip();
  }
}
