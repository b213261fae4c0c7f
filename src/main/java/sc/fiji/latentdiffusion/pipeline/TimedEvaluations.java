package sc.fiji.latentdiffusion.pipeline;

import java.util.Iterator;
import sc.fiji.latentdiffusion.nn.Kernels;

/**
 * Passes evaluations on, waits for each – the only wait of a step on a GPU –, and measures how long
 * they take: the time from the first to the last, with all that its user does between them.
 */
final class TimedEvaluations implements Iterator<Evaluated> {

  private final Iterator<Evaluated> evaluations;
  private final Kernels kernels;
  private final Speed speed;
  private final Request request;
  private int done;
  private long firstDone;

  /**
   * @param evaluations of a run
   * @param kernels wait
   * @param speed takes note of the time
   * @param request of the run
   */
  TimedEvaluations(Iterator<Evaluated> evaluations, Kernels kernels, Speed speed, Request request) {
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
