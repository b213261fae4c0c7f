/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless.windows;

import ij.IJ;
import ij.Macro;
import java.util.function.Consumer;

/**
 * The end of a macro: a dialog that nobody can answer, or an error that ImageJ would show in a
 * window and then go on. ImageJ takes it for a macro that a user has stopped.
 */
public final class Unanswered extends RuntimeException {

  private static final long serialVersionUID = 1;

  private static volatile Consumer<String> reporter = reason -> {};

  private Unanswered(String reason) {
    super(Macro.MACRO_CANCELED);
    reporter.accept(reason);
  }

  /** Tells each reason to a consumer, even where ImageJ swallows the exception. */
  public static void reportTo(Consumer<String> consumer) {
    reporter = consumer;
  }

  /** Returns the exception of a dialog; those of macros that fail hold the reason. */
  static Unanswered question(String title, String texts) {
    if (title.equals("Macro Error") || title.equals("No Image")) {
      return new Unanswered(texts);
    }
    String asked = texts.isEmpty() ? title : title.isEmpty() ? texts : title + ": " + texts;
    return new Unanswered(
        String.format(
            "a dialog asks \"%s\", but without a screen nobody can answer it. Write the value"
                + " into the macro, or take it from the macro's argument (getArgument). Or run the"
                + " macro in ImageJ itself under a virtual screen: xvfb-run java -cp … ij.ImageJ"
                + " -batch FILE.ijm ARGUMENT",
            asked));
  }

  /**
   * Takes the place of {@code IJ.showMessage} within {@code ij.IJ}, where errors call it, too.
   *
   * @param title "Message" for a message
   * @throws Unanswered if it is an error
   */
  public static void showMessage(String title, String message) {
    if (!title.equals("Message")) {
      throw new Unanswered(String.valueOf(message));
    }
    IJ.log(message);
  }
}
