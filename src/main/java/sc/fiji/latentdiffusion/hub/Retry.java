package sc.fiji.latentdiffusion.hub;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import sc.fiji.latentdiffusion.progress.Progress;

/**
 * Repeats a request that a network has broken, after longer and longer pauses. It gives up after
 * {@value #MOST} failures without progress.
 *
 * @param pause after the first failure; each next pause is twice as long
 */
record Retry(Duration pause) {

  static final int MOST = 4;

  /** Pauses of 1, 2 and 4 seconds. */
  static final Retry PATIENT = new Retry(Duration.ofSeconds(1));

  /** A request. */
  interface Call<T> {
    T run() throws IOException;
  }

  /**
   * Calls until it succeeds.
   *
   * @param call the request
   * @param reached grows with each success, even if a call fails in the end
   * @param progress may cancel
   * @return the result of the call
   * @throws PermanentFailure if a retry does not help
   * @throws IOException the last failure
   * @throws CancellationException if the user wants to stop
   */
  <T> T of(Call<T> call, LongSupplier reached, Progress progress) throws IOException {
    int failures = 0;
    long before = reached.getAsLong();
    while (true) {
      try {
        return call.run();
      } catch (PermanentFailure e) {
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
