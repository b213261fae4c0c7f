/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.progress;

import java.util.Locale;
import java.util.function.LongSupplier;

/** Estimates how long some work will take, by the time that its parts have taken so far. */
public final class TimeLeft {

  private final LongSupplier nanos;
  private long start;

  /** Measures with a clock in nanoseconds. */
  public TimeLeft(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /**
   * Notes how far the work is, at its beginning with 0 done.
   *
   * @return for example ", 12 s left"; empty while nothing is known
   */
  public String after(long done, long total) {
    if (done == 0) {
      start = nanos.getAsLong();
    }
    if (done == 0 || done >= total) {
      return "";
    }
    double seconds = (nanos.getAsLong() - start) / 1e9 / done * (total - done);
    return ", " + text(seconds) + " left";
  }

  /** A duration as people say it, at least 1 s. */
  public static String text(double seconds) {
    long whole = Math.max(1, Math.round(seconds));
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d h", whole / 3600, whole / 60 % 60);
  }
}
