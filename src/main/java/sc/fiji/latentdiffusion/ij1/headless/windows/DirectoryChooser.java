/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless.windows;

/** ImageJ's dialog that asks for a folder. It swallows an exception, so that it is replaced. */
public class DirectoryChooser {

  /**
   * Ends the macro.
   *
   * @param title of the dialog
   * @throws Unanswered always
   */
  public DirectoryChooser(String title) {
    throw Unanswered.question(title, "");
  }

  /** Returns no folder. */
  public String getDirectory() {
    return null;
  }

  /** Ignores the folder at which a chooser would begin. */
  public static void setDefaultDirectory(String folder) {}
}
