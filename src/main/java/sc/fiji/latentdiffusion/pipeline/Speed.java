/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.pipeline;

import java.util.Iterator;
import java.util.List;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.sampler.Evaluated;
import sc.fiji.latentdiffusion.views.View;

/**
 * How fast a model runs on this machine, by its last run of this session. Time is assumed to grow
 * with the number of pixels, above the fixed time of an evaluation, which is nearly so. Safe for
 * use by several threads.
 */
public final class Speed {

  /** The constant part of an evaluation's time, as the number of pixels that take as long. */
  private static final double FIXED = 128 * 128;

  /** What an evaluation takes that takes over inner states, as a part of a whole one. */
  private static final double REUSING = 0.1;

  /**
   * What an autoencoder does for runs beside decoding each answer.
   *
   * @param encodings of a picture of the runs' size
   * @param decodings of one picture
   */
  public record Coding(int encodings, int decodings) {

    /** Nothing. */
    public static final Coding NONE = new Coding(0, 0);
  }

  private double evaluation = Double.NaN;
  private double encoding = Double.NaN;
  private double decoding = Double.NaN;

  /**
   * Takes note of evaluations of the U-Net.
   *
   * @param seconds that one took
   * @param request which size it had, of how many answers, and whether it was guided
   */
  public synchronized void evaluated(double seconds, Request request) {
    evaluation = seconds / work(request);
  }

  /**
   * Takes note of evaluations as they are made.
   *
   * @param evaluations of a run
   * @param kernels wait for each
   * @param request of the run
   * @return the same evaluations
   */
  Iterator<Evaluated> timed(Iterator<Evaluated> evaluations, Kernels kernels, Request request) {
    return new Timed(evaluations, kernels, this, request);
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
   * Takes note of an encoding.
   *
   * @param pixels of the picture
   */
  synchronized void encoded(double seconds, long pixels) {
    encoding = seconds / pixels;
  }

  /**
   * How long an autoencoder will take for runs beside decoding each answer. An encoding is taken to
   * be as long as a decoding until one was measured.
   *
   * @param coding that is done
   * @param request its size counts
   * @return seconds; NaN if what is done was not measured yet
   */
  public synchronized double seconds(Coding coding, Request request) {
    double each = Double.isNaN(encoding) ? decoding : encoding;
    return (times(coding.encodings, each) + times(coding.decodings, decoding)) * pixels(request);
  }

  /** What is not done takes no time, known or not. */
  private static double times(int count, double each) {
    return count == 0 ? 0 : count * each;
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
        : evaluating(evaluations, request) + decoding * answers(request) * pixels(request);
  }

  /**
   * How long evaluations will take, without decoding.
   *
   * @param evaluations of the U-Net
   * @param request its size, in pixels, guidance and answers count
   * @return seconds; NaN if none was measured yet
   */
  public synchronized double evaluating(int evaluations, Request request) {
    return evaluations * evaluation * work(request);
  }

  /**
   * Guidance is a second picture in its steps; each view is evaluated alone; a step cache leaves a
   * part of the evaluations whole.
   */
  private static double work(Request request) {
    List<View> views = request.tiling().views(request.height(), request.width(), 1);
    double seen = (double) views.get(0).height() * views.get(0).width();
    double whole = request.sampling().cache().wholeShare();
    return (whole + (1 - whole) * REUSING)
        * views.size()
        * (FIXED + answers(request) * seen * (1 + request.guidance().share()));
  }

  private static int answers(Request request) {
    return request.sampling().batch();
  }

  private static double pixels(Request request) {
    return (double) request.width() * request.height();
  }

  /**
   * Passes evaluations on, waits for each – the only wait of a step on a GPU –, and measures how
   * long they take: the time from the first to the last, with all that its user does between them.
   */
  private static final class Timed implements Iterator<Evaluated> {

    private final Iterator<Evaluated> evaluations;
    private final Kernels kernels;
    private final Speed speed;
    private final Request request;
    private int done;
    private long firstDone;

    Timed(Iterator<Evaluated> evaluations, Kernels kernels, Speed speed, Request request) {
      this.evaluations = evaluations;
      this.kernels = kernels;
      this.speed = speed;
      this.request = request;
    }

    @Override
    public boolean hasNext() {
      boolean more = evaluations.hasNext();
      if (!more && done > 1) {
        double seconds = (System.nanoTime() - firstDone) / 1e9;
        speed.evaluated(seconds / (done - 1), request);
        done = 0; // noted once
      }
      return more;
    }

    @Override
    public Evaluated next() {
      Evaluated evaluated = evaluations.next();
      kernels.await(evaluated.next());
      if (done == 0) firstDone = System.nanoTime(); // the first may take longer
      done++;
      return evaluated;
    }
  }
}
