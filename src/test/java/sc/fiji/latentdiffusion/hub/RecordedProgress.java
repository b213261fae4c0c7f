/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import sc.fiji.latentdiffusion.progress.Progress;

/** Notes a download's progress, and cancels it on a condition. */
final class RecordedProgress implements Progress {

  record Report(long done, long total, String message) {}

  final List<Report> reports = new ArrayList<>();
  private final BooleanSupplier canceled;

  RecordedProgress() {
    this(() -> false);
  }

  RecordedProgress(BooleanSupplier canceled) {
    this.canceled = canceled;
  }

  @Override
  public void update(long done, long total, String message) {
    reports.add(new Report(done, total, message));
  }

  @Override
  public boolean isCanceled() {
    return canceled.getAsBoolean();
  }
}
