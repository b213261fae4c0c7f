/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import ai.djl.engine.EngineException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import sc.fiji.latentdiffusion.engine.OutOfMemory;
import sc.fiji.latentdiffusion.progress.Progress;

/** Lets one computation run at a time; others wait for their turn, and say so. */
final class RunQueue {

  /** A computation that may fail in the engine. */
  interface Computation<T> {

    /** Computes; the progress also says whether another run waits. */
    T run(Progress progress) throws IOException;
  }

  private static final int PATIENCE_MILLIS = 100;

  private final ReentrantLock lock = new ReentrantLock(true);
  private final AtomicInteger waiting = new AtomicInteger();

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
      return computation.run(new Noted(progress));
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
      if (lock.tryLock(0, TimeUnit.MILLISECONDS)) return; // unlike without a time, in its turn
      awaitTurn(progress);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("Interrupted before the run began.");
    }
  }

  private void awaitTurn(Progress progress) throws InterruptedException {
    waiting.incrementAndGet();
    try {
      progress.update(0, 1, "Waiting for another run to end"); // once: the other shows its steps
      while (!lock.tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
        if (progress.isCanceled()) {
          throw new CancellationException("Canceled while waiting for another run to end.");
        }
      }
    } finally {
      waiting.decrementAndGet();
    }
  }

  /** The progress of the run that goes on: its messages say whether others wait. */
  private final class Noted implements Progress {

    private final Progress progress;

    Noted(Progress progress) {
      this.progress = progress;
    }

    @Override
    public void update(long done, long total, String message) {
      progress.update(done, total, waiting.get() == 0 ? message : message + " (another run waits)");
    }

    @Override
    public boolean isCanceled() {
      return progress.isCanceled();
    }
  }
}
