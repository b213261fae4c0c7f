package sc.fiji.latentdiffusion.ij1.headless;

import ij.CommandListener;
import ij.Executer;
import ij.IJ;
import ij.Macro;
import ij.Menus;
import ij.macro.Interpreter;
import java.awt.HeadlessException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs an ImageJ macro without a screen; a message box becomes a text. A command that throws ends
 * the macro, where ImageJ itself would print a trace and go on.
 */
public final class HeadlessMacro extends Interpreter implements CommandListener {

  private static final Pattern EXIT_WITH_MESSAGE = Pattern.compile("\\bexit\\s*\\(\\s*[^)\\s]");

  private static final Pattern PLUGIN = Pattern.compile("([^(]+)(?:\\(\"(.*)\"\\))?");

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
    HeadlessMacro interpreter = new HeadlessMacro(macro);
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
      abort(command + " of ImageJ can't run without a screen, because it asks through a dialog");
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      if (!Macro.MACRO_CANCELED.equals(e.getMessage())) {
        abort(command + " has failed: " + e);
      }
    }
    return null;
  }

  /** Called by commands that fail. */
  @Override
  public void abort(String message) {
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
    } else if (!Macro.MACRO_CANCELED.equals(e.getMessage())) {
      fail(e.toString());
    } else if (exitsWithMessage()) {
      fail("the macro has called exit with the message above");
    }
  }

  private boolean exitsWithMessage() {
    return macro
        .lines()
        .skip(getLineNumber() - 1L)
        .findFirst()
        .filter(text -> EXIT_WITH_MESSAGE.matcher(text).find())
        .isPresent();
  }
}
