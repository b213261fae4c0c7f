package sc.fiji.latentdiffusion.images;

import ai.djl.engine.EngineException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;

/** Turns what the engine throws into what a user can act upon. */
final class Failures {

  /** A computation that may fail in the engine. */
  interface Computation<T> {
    T run() throws IOException;
  }

  private Failures() {}

  /**
   * Runs a computation.
   *
   * @throws IllegalArgumentException in place of the engine's failure to allocate memory
   * @throws IOException if a file can't be read any more
   */
  static <T> T told(Computation<T> computation) throws IOException {
    try {
      return computation.run();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (EngineException e) {
      throw isMemory(e) ? outOfMemory(e) : e;
    } catch (OutOfMemoryError e) {
      throw outOfMemory(e);
    }
  }

  private static boolean isMemory(EngineException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("out of memory")
        || message.contains("not enough memory")
        || message.contains("can't allocate memory");
  }

  private static IllegalArgumentException outOfMemory(Throwable cause) {
    String reason = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    return new IllegalArgumentException(
        "The run must fit into memory, but there is not enough left ("
            + reason
            + "). Choose a smaller size or select a smaller rectangle, close images, or give"
            + " ImageJ more (Edit ▸ Options ▸ Memory & Threads…).",
        cause);
  }
}
