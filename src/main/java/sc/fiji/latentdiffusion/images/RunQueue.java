package sc.fiji.latentdiffusion.images;

import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import sc.fiji.latentdiffusion.progress.Progress;

/** Lets one computation run at a time; others wait for their turn, and say so. */
final class RunQueue {

  private static final int PATIENCE_MILLIS = 100;

  private final ReentrantLock lock = new ReentrantLock(true);

  /**
   * Computes something when nothing else is being computed, first come, first served.
   *
   * @param progress is told of waiting, and asked whether to give up
   * @throws CancellationException if it gives up, or the thread is interrupted, while waiting
   */
  <T> T take(Progress progress, Failures.Computation<T> computation) throws IOException {
    await(progress);
    try {
      return Failures.told(computation);
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
      throw new CancellationException("Interrupted while waiting for another run to end.");
    }
  }
}
