package sc.fiji.latentdiffusion.images;

import ai.djl.engine.EngineException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import sc.fiji.latentdiffusion.engine.OutOfMemory;
import sc.fiji.latentdiffusion.progress.Progress;

/** Lets one computation run at a time; others wait for their turn, and say so. */
final class RunQueue {

  /** A computation that may fail in the engine. */
  interface Computation<T> {
    T run() throws IOException;
  }

  private static final int PATIENCE_MILLIS = 100;

  private final ReentrantLock lock = new ReentrantLock(true);

  /**
   * Computes something when nothing else is being computed, first come, first served.
   *
   * @param progress says that it waits, and may give up
   * @throws CancellationException if the user cancels, or the thread is interrupted, while waiting
   * @throws IllegalArgumentException if the memory is full, with a message for the user
   * @throws IOException if a file can't be read
   */
  <T> T take(Progress progress, Computation<T> computation) throws IOException {
    await(progress);
    try {
      return computation.run();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (EngineException e) {
      throw OutOfMemory.explained(e);
    } catch (OutOfMemoryError e) {
      throw OutOfMemory.explained(e);
    } finally {
      lock.unlock();
    }
  }

  private void await(Progress progress) {
    try {
      while (!lock.tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
        progress.update(0, 1, "Waiting for another run to end");
        if (progress.isCanceled()) {
          throw new CancellationException("Canceled while waiting for another run to end.");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("Interrupted before the run began.");
    }
  }
}
