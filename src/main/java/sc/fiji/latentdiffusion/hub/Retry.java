/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hub;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import sc.fiji.latentdiffusion.hub.safety.PermanentFailure;
import sc.fiji.latentdiffusion.progress.Progress;

/**
 * Repeats a request that a network has broken, after longer and longer pauses. It gives up after
 * {@value #MOST} failures without progress.
 *
 * @param pause after the first failure; each next pause is twice as long. A server that is busy is
 *     asked again when it says
 * @param sleep waits for a pause, as long as the user does not cancel
 */
record Retry(Duration pause, Sleep sleep) {

  static final int MOST = 4;

  /** Pauses of 1, 2 and 4 seconds. */
  static final Retry PATIENT = new Retry(Duration.ofSeconds(1), Retry::sleep);

  /** Two of them end the attempts: each has been waited for long enough. */
  private static final int WEIGHT_OF_SILENCE = 2;

  /** Waits. */
  @FunctionalInterface
  interface Sleep {
    void sleep(Duration time, Progress progress);
  }

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
        failures = (now > before ? 0 : failures) + (e instanceof Silence ? WEIGHT_OF_SILENCE : 1);
        before = now;
        if (failures >= MOST) {
          throw e;
        }
        rest(e, failures, progress);
      }
    }
  }

  private void rest(IOException failure, int failures, Progress progress) {
    Optional<Duration> asked = failure instanceof Busy busy ? busy.asked() : Optional.empty();
    if (asked.isPresent()) progress.update(0, 1, ((Busy) failure).waiting());
    sleep.sleep(asked.orElse(pause.multipliedBy(1L << (failures - 1))), progress);
  }

  private static void sleep(Duration time, Progress progress) {
    long left = time.toMillis();
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
