package sc.fiji.latentdiffusion.images;

import java.util.concurrent.CancellationException;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.images.results.Results;

/** The results of a run that was stopped: all that was finished, marked as not whole. */
final class Partial {

  private Partial() {}

  /**
   * Marks the results of a stopped run, "(partial)" behind their titles.
   *
   * @param e how it was stopped
   * @param finished its results so far
   * @param info of the run, which says how far it came; null if nothing is finished
   * @throws CancellationException the same, if there is nothing to keep
   */
  static Results results(CancellationException e, Results finished, Info info) {
    if (finished.all().isEmpty()) {
      throw e;
    }
    finished.all().forEach(imp -> imp.setTitle(imp.getTitle() + " (partial)"));
    return info.appliedTo(finished);
  }
}
