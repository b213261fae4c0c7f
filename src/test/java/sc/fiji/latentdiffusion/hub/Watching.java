package sc.fiji.latentdiffusion.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import sc.fiji.latentdiffusion.progress.Progress;

/** Notes a download's progress, and cancels it on a condition. */
final class Watching implements Progress {

  record Told(long done, long total, String message) {}

  final List<Told> told = new ArrayList<>();
  private final BooleanSupplier canceled;

  Watching() {
    this(() -> false);
  }

  Watching(BooleanSupplier canceled) {
    this.canceled = canceled;
  }

  @Override
  public void update(long done, long total, String message) {
    told.add(new Told(done, total, message));
  }

  @Override
  public boolean isCanceled() {
    return canceled.getAsBoolean();
  }
}
