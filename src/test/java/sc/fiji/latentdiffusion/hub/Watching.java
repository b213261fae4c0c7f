package sc.fiji.latentdiffusion.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import sc.fiji.latentdiffusion.progress.Watch;

/** Notes what is told, and stops when asked to. */
final class Watching implements Watch {

  record Told(long done, long total, String what) {}

  final List<Told> told = new ArrayList<>();
  private final BooleanSupplier canceled;

  Watching() {
    this(() -> false);
  }

  Watching(BooleanSupplier canceled) {
    this.canceled = canceled;
  }

  @Override
  public void at(long done, long total, String what) {
    told.add(new Told(done, total, what));
  }

  @Override
  public boolean isCanceled() {
    return canceled.getAsBoolean();
  }
}
