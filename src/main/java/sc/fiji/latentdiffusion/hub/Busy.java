/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hub;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import sc.fiji.latentdiffusion.hub.safety.PermanentFailure;

/** A server that has no time now, and may say when it will. */
final class Busy extends IOException {

  private static final long serialVersionUID = 1L;

  /** Longer waits are left to the user. */
  static final Duration LONGEST = Duration.ofMinutes(1);

  private static final DateTimeFormatter DAY_AND_TIME = DateTimeFormatter.ofPattern("d MMM, HH:mm");

  private final String host;
  private final transient Optional<Duration> wait;

  private Busy(String message, String host, Optional<Duration> wait) {
    super(message);
    this.host = host;
    this.wait = wait;
  }

  /**
   * Returns the failure for an answer such as 429 or 503.
   *
   * @param answer whose header Retry-After, seconds or a date, is read
   * @param now the time
   * @return a {@link PermanentFailure} with the time to come back if it is long to wait
   */
  static IOException of(Response answer, Instant now) {
    String host = answer.host();
    String busy = host + " is busy or out of order (status " + answer.status() + ")";
    Optional<Duration> wait = wait(answer.header("Retry-After").strip(), now);
    if (wait.isEmpty()) return new Busy(busy, host, wait);
    String asks = busy + " and asks to wait " + text(wait.get());
    if (wait.get().compareTo(LONGEST) <= 0) return new Busy(asks, host, wait);
    ZonedDateTime then = now.plus(wait.get()).atZone(ZoneId.systemDefault());
    return new PermanentFailure(
        asks + ", until " + DAY_AND_TIME.format(then) + ". Get the model again then.");
  }

  private static Optional<Duration> wait(String retryAfter, Instant now) {
    if (retryAfter.matches("\\d{1,8}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(retryAfter)));
    }
    try {
      Instant then = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(retryAfter));
      return Optional.of(Duration.between(now, then)).filter(wait -> !wait.isNegative());
    } catch (DateTimeParseException notADate) {
      return Optional.empty();
    }
  }

  private static String text(Duration wait) {
    if (wait.toMinutes() < 2) return wait.toSeconds() + " s";
    return wait.toHours() < 2 ? wait.toMinutes() + " minutes" : wait.toHours() + " hours";
  }

  /** Returns how long to wait, if the server says it. */
  Optional<Duration> asked() {
    return wait;
  }

  /** Returns what happens now, for a progress bar. */
  String waiting() {
    return host + " is busy: waiting " + text(wait.orElse(Duration.ZERO)) + ", as it asks";
  }
}
