/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts;

import ij.IJ;
import java.util.Locale;
import org.scijava.Cancelable;
import org.scijava.Context;
import org.scijava.app.StatusService;
import org.scijava.task.Task;
import org.scijava.task.TaskService;
import sc.fiji.latentdiffusion.hosts.windows.PreviewWindow;
import sc.fiji.latentdiffusion.progress.Progress;
import sc.fiji.latentdiffusion.progress.TimeLeft;

/**
 * A command's progress in ImageJ's status bar and, where the host has one, in SciJava's task
 * monitor. Cancelled by Escape, by the task monitor, by closing the preview, or by the command's
 * own {@code cancel}.
 */
final class RunProgress implements Progress, AutoCloseable {

  private final String name;
  private final Cancelable command;
  private final StatusService status;
  private final Task task;
  private final PreviewWindow preview;
  private final TimeLeft left = new TimeLeft(System::nanoTime);
  private final long start = System.nanoTime();
  private boolean stopped;
  private String last = "";

  /**
   * Starts to show progress; an earlier Escape does not count.
   *
   * @param context of the host
   * @param name of the command
   * @param command may be cancelled
   * @param preview cancels the command when the user closes it
   */
  RunProgress(Context context, String name, Cancelable command, PreviewWindow preview) {
    this.preview = preview;
    this.name = name;
    this.command = command;
    status = context.getService(StatusService.class);
    TaskService tasks = context.getService(TaskService.class);
    task = tasks == null ? null : tasks.createTask(name);
    if (task != null) {
      task.setCancelCallBack(() -> {});
      task.start();
    }
    IJ.resetEscape();
    say(name + "…");
  }

  @Override
  public void update(long done, long total, String message) {
    String shown = message + left.after(done, total);
    IJ.showProgress((double) done / total);
    say(shown);
    if (status != null) {
      long unit = 1 + total / Integer.MAX_VALUE;
      status.showStatus((int) (done / unit), (int) (total / unit), shown);
    }
    if (task != null) {
      task.setProgressMaximum(total);
      task.setProgressValue(done);
      task.setStatusMessage(shown);
    }
  }

  @Override
  public boolean isCanceled() {
    stopped |= IJ.escapePressed() || command.isCanceled() || preview.isClosedByUser();
    stopped |= task != null && task.isCanceled();
    return stopped;
  }

  /**
   * Shows that the run has ended, or that its finished part is kept.
   *
   * @param outcome stands before the time that the run took; may be empty
   * @return the message
   */
  String ended(String outcome) {
    if (stopped) {
      return say(name + " canceled; what was finished is kept");
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    String before = outcome.isEmpty() ? "" : outcome + ", ";
    return say(String.format(Locale.ROOT, "%s: %s%.1f s", name, before, seconds));
  }

  /** Shows that the run has failed, and returns the message. */
  String failed() {
    return say(name + " failed");
  }

  /** Shows that the user has cancelled the run, and returns the message. */
  String canceled() {
    return say(name + " canceled");
  }

  /** Shows a message, and returns it. */
  String say(String message) {
    last = message;
    IJ.showStatus(message);
    if (status != null) {
      status.showStatus(message);
    }
    return message;
  }

  /** Clears the progress bar; the last message stays. */
  @Override
  public void close() {
    IJ.showProgress(1.0);
    if (status != null) {
      status.showStatus(1, 1, last);
    }
    if (task != null) {
      task.finish();
    }
  }
}
