/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1;

import ij.IJ;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.scijava.Context;
import org.scijava.command.CommandService;

/**
 * The SciJava application that ImageJ 1.x runs in, if it does: Fiji. Its menu is ImageJ 1.x's, and
 * calls this plugin; the application then runs the command as one of its own.
 */
final class Host {

  /** Fiji's part that knows ImageJ 1.x. */
  private static final String LEGACY = "net.imagej.legacy.LegacyService";

  private final Context context;

  private Host(Context context) {
    this.context = context;
  }

  /** The application; none in plain ImageJ. */
  static Optional<Host> present() {
    try {
      Class.forName(LEGACY, false, Host.class.getClassLoader());
    } catch (ClassNotFoundException plainImageJ) {
      return Optional.empty();
    }
    Object context = IJ.runPlugIn("org.scijava.Context", ""); // which Fiji answers
    return context instanceof Context c ? Optional.of(new Host(c)) : Optional.empty();
  }

  /** Lets the application run a command as if it had been chosen from its own menu, and waits. */
  void run(String className) {
    try {
      context.service(CommandService.class).run(className, true).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
