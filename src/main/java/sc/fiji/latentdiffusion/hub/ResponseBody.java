/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import sc.fiji.latentdiffusion.progress.Progress;

/**
 * The body of an answer, read piece by piece as it arrives. Waiting ends when the user cancels, or
 * after a time without data.
 */
final class ResponseBody implements Flow.Subscriber<List<ByteBuffer>>, AutoCloseable {

  static final int POLL_MILLIS = 100;

  /** Bytes, or an error, or neither at the end. */
  private record Event(List<ByteBuffer> bytes, Throwable error) {}

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final String host;
  private final Duration patience;
  private volatile Flow.Subscription subscription;

  /**
   * @param host that sends it, for messages
   * @param patience how long to wait for each piece
   */
  ResponseBody(String host, Duration patience) {
    this.host = host;
    this.patience = patience;
  }

  @Override
  public void onSubscribe(Flow.Subscription begun) {
    subscription = begun;
    begun.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> bytes) {
    events.add(new Event(bytes, null));
  }

  @Override
  public void onError(Throwable error) {
    events.add(new Event(null, error));
  }

  @Override
  public void onComplete() {
    events.add(new Event(null, null));
  }

  /**
   * Waits for the next piece.
   *
   * @return its bytes; none at the end
   * @throws Silence if no data come any more
   * @throws IOException if the connection is lost
   * @throws CancellationException if the user wants to stop, or the thread is interrupted
   */
  List<ByteBuffer> next(Progress progress) throws IOException {
    long end = System.nanoTime() + patience.toNanos();
    Event event = poll(progress);
    while (event == null) {
      if (System.nanoTime() - end > 0) {
        throw new Silence(host, patience);
      }
      event = poll(progress);
    }
    if (event.error() != null) {
      throw new IOException("the connection to " + host + " broke", event.error());
    }
    if (event.bytes() == null) {
      return List.of();
    }
    subscription.request(1);
    return event.bytes();
  }

  private Event poll(Progress progress) {
    if (progress.isCanceled()) {
      throw new CancellationException("Canceled by the user.");
    }
    try {
      return events.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("Interrupted while waiting for the hub.");
    }
  }

  /** Ends the connection unless all has arrived. */
  @Override
  public void close() {
    if (subscription != null) {
      subscription.cancel();
    }
  }
}
