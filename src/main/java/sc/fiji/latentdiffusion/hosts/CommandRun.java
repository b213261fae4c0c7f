/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts;

import ij.IJ;
import ij.ImagePlus;
import java.awt.GraphicsEnvironment;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import sc.fiji.latentdiffusion.engine.NativeLibrary;
import sc.fiji.latentdiffusion.hosts.dialogs.LineBreaks;
import sc.fiji.latentdiffusion.hosts.windows.PreviewWindow;
import sc.fiji.latentdiffusion.hosts.windows.ResultTitle;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.keys.Inputs;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.keys.MacroCall;
import sc.fiji.latentdiffusion.progress.ShutdownGuard;

/**
 * One run of a command: its inputs are checked, then it works, with a progress and a preview. The
 * command is told how it ended.
 */
final class CommandRun {

  private final DiffusionCommand command;
  private final DiffusionService diffusion;

  CommandRun(DiffusionCommand command, DiffusionService diffusion) {
    this.command = command;
    this.diffusion = diffusion;
  }

  void run() {
    String title = command.label() + ": preview";
    ShutdownGuard guard = ShutdownGuard.of(() -> command.cancel(null));
    try (PreviewWindow window = new PreviewWindow(command.preview(), title);
        RunProgress progress =
            new RunProgress(diffusion.context(), command.label(), command, window)) {
      try {
        run(progress, window);
      } catch (CancellationException e) {
        command.stopped(e, progress.canceled());
      } catch (IOException | RuntimeException | LinkageError | OutOfMemoryError e) {
        command.failed(e, progress.failed());
      }
    } finally {
      guard.end();
    }
  }

  private void run(RunProgress progress, PreviewWindow window) throws IOException {
    Inputs inputs = checked();
    askForDownload();
    if (!command.device().isEmpty() && NativeLibrary.mustBeUnpacked()) {
      progress.say(NativeLibrary.UNPACKING);
    }
    MacroCall call = inputs.call(Key::isInInfo).afterSaying(command.said());
    ImageDiffusion images = diffusion.images().calledBy(call).previewingOn(window);
    ImagePlus input = inputs.image();
    String source = input == null ? "" : ResultTitle.source(input);
    Results made = command.work(images, progress);
    String ended = progress.ended(command.outcome());
    command.finished(new RunResults(made, source, window.corner(), ended));
  }

  private Inputs checked() {
    Inputs inputs = command.inputs();
    inputs.decode();
    command.check();
    inputs.check();
    command.checkImage();
    return inputs;
  }

  /** Asks the user of a dialog; macros and scripts are refused later, with a message. */
  private void askForDownload() {
    String device = command.device();
    if (device.isEmpty() || GraphicsEnvironment.isHeadless() || IJ.isMacro()) {
      return;
    }
    if (NativeLibrary.isMissing(device)) {
      String question = NativeLibrary.description() + " Download it now?";
      if (!IJ.showMessageWithCancel(command.label(), LineBreaks.wrapped(question))) {
        throw new CancellationException("The download was refused.");
      }
      NativeLibrary.allowDownload();
    }
  }
}
