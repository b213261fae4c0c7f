package sc.fiji.latentdiffusion.pipeline;

import java.util.List;
import sc.fiji.latentdiffusion.views.View;

/**
 * How fast a model runs on this machine, by its last run of this session. Time is assumed to grow
 * with the number of pixels, above the fixed time of an evaluation, which is nearly so. Safe for
 * use by several threads.
 */
public final class Speed {

  /** What an evaluation takes whatever the size is, in the time of as many pixels. */
  private static final double FIXED = 128 * 128;

  private double evaluation = Double.NaN;
  private double decoding = Double.NaN;

  /**
   * Takes note of evaluations of the U-Net.
   *
   * @param seconds that one took
   * @param request which size it had, of how many answers, and whether it was guided
   */
  synchronized void evaluated(double seconds, Request request) {
    evaluation = seconds / work(request);
  }

  /**
   * Takes note of a decoding.
   *
   * @param pixels of the pictures
   */
  synchronized void decoded(double seconds, long pixels) {
    decoding = seconds / pixels;
  }

  /**
   * How long a run will take.
   *
   * @param evaluations of the U-Net
   * @param request its size, in pixels, guidance and answers count
   * @return seconds with one decoding of each answer; NaN if no run was measured yet
   */
  public synchronized double seconds(int evaluations, Request request) {
    return evaluations == 0
        ? 0
        : evaluations * evaluation * work(request) + decoding * answers(request) * pixels(request);
  }

  /** Guidance is a second picture; each view is evaluated alone. */
  private static double work(Request request) {
    List<View> views = request.tiling().views(request.height(), request.width(), 1);
    double seen = (double) views.get(0).height() * views.get(0).width();
    return views.size() * (FIXED + answers(request) * seen * (request.guidance().isOn() ? 2 : 1));
  }

  private static int answers(Request request) {
    return request.sampling().batch();
  }

  private static double pixels(Request request) {
    return (double) request.width() * request.height();
  }
}
