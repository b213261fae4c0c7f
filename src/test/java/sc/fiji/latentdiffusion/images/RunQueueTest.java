/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.progress.Progress;

class RunQueueTest {

  private final RunQueue queue = new RunQueue();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch end = new CountDownLatch(1);
  private final ExecutorService other = Executors.newSingleThreadExecutor();
  private final Steps steps = new Steps();
  private Future<String> first;

  @BeforeEach
  void beginARunInAnotherThread() throws InterruptedException {
    first =
        other.submit(
            () ->
                queue.take(
                    steps,
                    progress -> {
                      begun.countDown();
                      awaitEnd();
                      progress.update(1, 2, "Step 1 of 2");
                      return "first";
                    }));
    begun.await();
  }

  @AfterEach
  void close() {
    other.shutdownNow();
  }

  private void awaitEnd() {
    try {
      end.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aSecondRunSaysThatItWaitsAndComesWhenTheFirstHasEnded()
      throws IOException, ExecutionException, InterruptedException {
    Waiting waiting = new Waiting(false);
    assertEquals("second", queue.take(waiting, progress -> "second"));
    assertEquals("Waiting for another run to end", waiting.message);
    assertEquals("first", first.get());
    assertEquals("Step 1 of 2 (another run waits)", steps.message);
    assertEquals(1, waiting.count, "it leaves the status bar to the run that goes on");
  }

  @Test
  void aWaitingRunCanBeCancelled() throws ExecutionException, InterruptedException {
    assertThrows(
        CancellationException.class, () -> queue.take(new Waiting(true), progress -> "second"));
    end.countDown();
    assertEquals("first", first.get());
  }

  @Test
  void aRunThatFailsLetsTheNextOneCome() throws IOException {
    end.countDown();
    assertThrows(
        IOException.class,
        () ->
            queue.take(
                Progress.NONE,
                progress -> {
                  throw new IOException("no model");
                }));
    assertEquals("next", queue.take(Progress.NONE, progress -> "next"));
  }

  /** Keeps the last message. */
  private static final class Steps implements Progress {
    private volatile String message = "";

    @Override
    public void update(long done, long total, String what) {
      message = what;
    }

    @Override
    public boolean isCanceled() {
      return false;
    }
  }

  /** Ends the first run as soon as the second reports that it waits; or cancels the second. */
  private final class Waiting implements Progress {
    private final boolean givesUp;
    private String message = "";
    private int count;

    private Waiting(boolean givesUp) {
      this.givesUp = givesUp;
    }

    @Override
    public void update(long done, long total, String what) {
      message = what;
      count++;
      if (!givesUp) {
        end.countDown();
      }
    }

    @Override
    public boolean isCanceled() {
      return givesUp;
    }
  }
}
