package sc.fiji.latentdiffusion.commands;

import sc.fiji.latentdiffusion.hub.Watch;
import sc.fiji.latentdiffusion.images.Progress;
import sc.fiji.latentdiffusion.pipeline.ModelSummary;

/** A download's progress as a command shows it: in kilobytes, which fit into its numbers. */
record DownloadProgress(Progress progress) implements Watch {

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
