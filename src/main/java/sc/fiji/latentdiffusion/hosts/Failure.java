/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import sc.fiji.latentdiffusion.engine.OutOfMemory;

/** Turns an exception into a message: expected, found, what to do. */
public final class Failure {

  private static volatile Throwable last;

  private Failure() {}

  /** Keeps an error as the last one. */
  static void keep(Throwable e) {
    last = e;
  }

  /** Returns the error with which a command failed last; empty if none has failed. */
  public static Optional<Throwable> last() {
    return Optional.ofNullable(last);
  }

  /** Returns the message for the user; that of an expected exception as it is. */
  public static String message(Throwable e) {
    if (!unexpected(e)) return text(e);
    if (e instanceof OutOfMemoryError error) return text(OutOfMemory.explained(error));
    if (text(root(e)).contains("already loaded in another classloader")) {
      return "PyTorch's native library was loaded before ImageJ's menus were refreshed, by this or"
          + " another plugin, and can't be loaded again. Restart ImageJ.";
    }
    if (root(e) instanceof LinkageError) {
      return "PyTorch's native library can't be loaded ("
          + firstLine(root(e))
          + "). It needs the native jar of this platform ("
          + System.getProperty("os.name")
          + ", "
          + System.getProperty("os.arch")
          + ") beside the plugin; if it worked before, restart ImageJ.";
    }
    return "The run failed: " + firstLine(e) + ". The log has the details.";
  }

  /** Returns whether the software or the machine failed, not the request. */
  static boolean unexpected(Throwable e) {
    return !(e instanceof IllegalArgumentException
        || e instanceof IOException
        || e instanceof UncheckedIOException);
  }

  private static Throwable root(Throwable e) {
    return e.getCause() == null ? e : root(e.getCause());
  }

  private static String firstLine(Throwable e) {
    return text(e).lines().findFirst().orElse("").replaceAll("\\.$", "");
  }

  private static String text(Throwable e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
