package sc.fiji.latentdiffusion.hub;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import sc.fiji.latentdiffusion.progress.Progress;

/**
 * Tries again what a network has broken: {@value #MOST} times without getting any further, and
 * after longer and longer pauses.
 *
 * @param pause after the first failure; each one is twice as long as the one before
 */
record Retry(Duration pause) {

  static final int MOST = 4;

  /** After 1, 2 and 4 seconds. */
  static final Retry PATIENT = new Retry(Duration.ofSeconds(1));

  /** What may be broken. */
  interface Call<T> {
    T run() throws IOException;
  }

  /**
   * Tries.
   *
   * @param reached grows with what was achieved, even where a call fails in the end
   * @throws Refusal if it comes to one
   * @throws IOException the last failure
   * @throws CancellationException if the user wants to stop
   */
  <T> T of(Call<T> call, LongSupplier reached, Progress progress) throws IOException {
    int failures = 0;
    long before = reached.getAsLong();
    while (true) {
      try {
        return call.run();
      } catch (Refusal e) {
        throw e;
      } catch (IOException e) {
        long now = reached.getAsLong();
        failures = now > before ? 1 : failures + 1;
        before = now;
        if (failures >= MOST) {
          throw e;
        }
        rest(failures, progress);
      }
    }
  }

  private void rest(int failures, Progress progress) {
    long left = pause.toMillis() << (failures - 1);
    try {
      for (; left > 0 && !progress.isCanceled(); left -= ResponseBody.POLL_MILLIS) {
        TimeUnit.MILLISECONDS.sleep(Math.min(left, ResponseBody.POLL_MILLIS));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("Interrupted while waiting for the hub.");
    }
  }
}
