package sc.fiji.latentdiffusion.images;

import ij.ImagePlus;
import java.util.List;
import java.util.concurrent.CancellationException;
import sc.fiji.latentdiffusion.images.results.Info;

/** What a run that was stopped leaves: all that was finished, marked as not whole. */
final class Partial {

  private Partial() {}

  /**
   * The results of a stopped run, "(partial)" behind their titles.
   *
   * @param e how it was stopped
   * @param result so far, or null if nothing of it is finished
   * @param stacks of the steps so far
   * @param info of the run, saying how far it came
   * @throws CancellationException the same, if there is nothing to keep
   */
  static List<ImagePlus> results(
      CancellationException e, ImagePlus result, List<ImagePlus> stacks, Info info) {
    if (result == null && stacks.isEmpty()) {
      throw e;
    }
    List<ImagePlus> all = Info.finished(result, stacks, info);
    all.forEach(imp -> imp.setTitle(imp.getTitle() + " (partial)"));
    return all;
  }
}
