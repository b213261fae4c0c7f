/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.dialogs;

import ij.IJ;
import java.awt.GraphicsEnvironment;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import sc.fiji.latentdiffusion.hub.DownloadPlan;
import sc.fiji.latentdiffusion.io.files.FileSize;

/** Asks whether to download a model, and says how large it is. */
public final class DownloadQuestion {

  private DownloadQuestion() {}

  /**
   * Asks.
   *
   * @param name by which the user calls the model
   * @param plan the download
   * @param accept whether the user has agreed already
   * @throws IllegalArgumentException without a screen, if the user has not agreed
   * @throws CancellationException if the user does not agree
   */
  public static void ask(String name, DownloadPlan plan, boolean accept) throws IOException {
    if (accept) {
      return;
    }
    if (GraphicsEnvironment.isHeadless()) {
      throw new IllegalArgumentException(
          "Without a screen the download can't be confirmed: "
              + String.join(" ", text(name, plan).split("\n"))
              + " Add accept=true to the macro to agree.");
    }
    if (!IJ.showMessageWithCancel("Get Model", "Download this?\n \n" + text(name, plan))) {
      throw new CancellationException("The user does not want to download " + name + ".");
    }
  }

  private static String text(String name, DownloadPlan plan) throws IOException {
    return String.format(
        "%s (commit %.10s, %s)\n"
            + "%d file%s, %s; %s of them are to be downloaded\n"
            + "to %s,\n"
            + "where %s are free.%s",
        name,
        plan.commit(),
        plan.licence().isEmpty() ? "no licence given" : "licence " + plan.licence(),
        plan.files().size(),
        plan.files().size() == 1 ? "" : "s",
        FileSize.text(plan.bytes()),
        FileSize.text(plan.missing()),
        plan.target(),
        FileSize.text(plan.free()),
        unverified(plan).map(note -> "\n" + note).orElse(""));
  }

  /** Returns a note on files whose contents can't be verified, if there are some. */
  public static Optional<String> unverified(DownloadPlan plan) {
    List<String> files = plan.unverified();
    if (files.isEmpty()) return Optional.empty();
    return Optional.of(
        "The hub gives no checksum of "
            + (files.size() == 1 ? files.get(0) : files.size() + " of the files")
            + ": only sizes can be checked, not whether the contents are right.");
  }
}
