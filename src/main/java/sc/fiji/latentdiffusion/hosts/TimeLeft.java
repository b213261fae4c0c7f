package sc.fiji.latentdiffusion.hosts;

import java.util.Locale;
import java.util.function.LongSupplier;

/** How long a run will take, by the time that its evaluations have taken so far. */
final class TimeLeft {

  private final LongSupplier nanos;
  private long start;

  /** Of a clock in nanoseconds. */
  TimeLeft(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /**
   * Notes how far the run is, at its beginning with 0 done.
   *
   * @return for example ", 12 s left"; empty as long as nothing can be said
   */
  String after(int done, int total) {
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
  static String text(double seconds) {
    long whole = Math.max(1, Math.round(seconds));
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d h", whole / 3600, whole / 60 % 60);
  }
}
