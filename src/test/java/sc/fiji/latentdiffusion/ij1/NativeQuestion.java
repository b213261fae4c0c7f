/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1;

import ij.IJ;
import ij.ImageJ;
import ij.WindowManager;
import java.awt.AWTException;
import java.awt.Dialog;
import java.awt.event.KeyEvent;
import java.io.IOException;
import java.nio.file.Path;
import sc.fiji.latentdiffusion.ij1.headless.Main;

/**
 * ImageJ without PyTorch's native library, which {@link WindowTest} starts where DJL may not
 * download: the question before a run, answered with no and with yes.
 */
public final class NativeQuestion extends Driver {

  private static final String TITLE = "Text to Image";

  private NativeQuestion(Path folder) throws AWTException {
    super(folder);
  }

  /** Writes no.txt, yes.txt and pictures of the question into the folder named. */
  public static void main(String[] args) throws Exception {
    NativeQuestion program = new NativeQuestion(Path.of(args[0]));
    ImageJ imagej = Main.open();
    program.await("ImageJ's window", imagej::isFocused);
    program.no();
    program.yes();
    System.exit(0);
  }

  /** Presses Escape at the question: nothing runs, and the next run asks again. */
  private void no() throws IOException {
    Dialog question = question();
    screenshot("native-question", question);
    keys(KeyEvent.VK_ESCAPE);
    await("the end", () -> ImageJ.getStatusBarText().contains("canceled"));
    write("native-no.txt", ImageJ.getStatusBarText() + ", " + WindowManager.getImageCount());
  }

  /** Presses Enter at the question: DJL begins to download, and its failure is shown. */
  private void yes() throws IOException {
    Dialog question = question();
    keys(KeyEvent.VK_ENTER);
    await("the answer", () -> !question.isShowing());
    Dialog message = dialog(TITLE);
    screenshot("native-failure", message);
    write("native-yes.txt", IJ.getErrorMessage());
  }

  /** Runs the command with its dialog's values; the next dialog is the question. */
  private Dialog question() {
    MenuChoice.choose(TITLE + "...");
    Dialog inputs = dialog(TITLE);
    keyWith(KeyEvent.VK_CONTROL, KeyEvent.VK_ENTER);
    await("its end", () -> !inputs.isShowing());
    return dialog(TITLE);
  }
}
