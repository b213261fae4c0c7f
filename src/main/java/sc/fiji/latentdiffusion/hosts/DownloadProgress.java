package sc.fiji.latentdiffusion.hosts;

import sc.fiji.latentdiffusion.library.ModelSummary;
import sc.fiji.latentdiffusion.progress.Progress;
import sc.fiji.latentdiffusion.progress.Watch;

/** A download's progress as a command shows it: in kilobytes, which fit into its numbers. */
public record DownloadProgress(Progress progress) implements Watch {

  private static final int KILO = 1000;

  @Override
  public void at(long done, long total, String what) {
    String bytes =
        done == 0 ? "" : " (" + ModelSummary.text(done) + " of " + ModelSummary.text(total) + ")";
    progress.update((int) (done / KILO), Math.max(1, (int) (total / KILO)), what + bytes);
  }

  @Override
  public boolean isCanceled() {
    return progress.isCanceled();
  }
}
