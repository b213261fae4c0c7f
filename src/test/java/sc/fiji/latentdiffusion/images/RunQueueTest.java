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
  private Future<String> first;

  @BeforeEach
  void beginARunInAnotherThread() throws InterruptedException {
    first =
        other.submit(
            () ->
                queue.take(
                    Progress.NONE,
                    () -> {
                      begun.countDown();
                      awaitEnd();
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
    assertEquals("second", queue.take(waiting, () -> "second"));
    assertEquals("Waiting for another run to end", waiting.message);
    assertEquals("first", first.get());
  }

  @Test
  void aWaitingRunCanBeCancelled() throws ExecutionException, InterruptedException {
    assertThrows(CancellationException.class, () -> queue.take(new Waiting(true), () -> "second"));
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
                () -> {
                  throw new IOException("no model");
                }));
    assertEquals("next", queue.take(Progress.NONE, () -> "next"));
  }

  /** Ends the first run as soon as the second reports that it waits; or cancels the second. */
  private final class Waiting implements Progress {
    private final boolean givesUp;
    private String message = "";

    private Waiting(boolean givesUp) {
      this.givesUp = givesUp;
    }

    @Override
    public void update(long done, long total, String what) {
      message = what;
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
