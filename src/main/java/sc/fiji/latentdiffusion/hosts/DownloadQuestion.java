package sc.fiji.latentdiffusion.hosts;

import ij.IJ;
import java.awt.GraphicsEnvironment;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import sc.fiji.latentdiffusion.hub.DownloadPlan;
import sc.fiji.latentdiffusion.io.FileSize;

/** Asks whether to download a model, and says how large it is. */
public final class DownloadQuestion {

  private DownloadQuestion() {}

  /**
   * Asks.
   *
   * @param name by which the user calls the model
   * @param fetch the download
   * @param accept whether the user has agreed already
   * @throws IllegalArgumentException without a screen, if the user has not agreed
   * @throws CancellationException if the user does not agree
   */
  public static void ask(String name, DownloadPlan fetch, boolean accept) throws IOException {
    if (accept) {
      return;
    }
    if (GraphicsEnvironment.isHeadless()) {
      throw new IllegalArgumentException(
          "Without a screen the download can't be confirmed: "
              + String.join(" ", text(name, fetch).split("\n"))
              + " Add accept=true to the macro to agree.");
    }
    if (!IJ.showMessageWithCancel("Get Model", "Download this?\n \n" + text(name, fetch))) {
      throw new CancellationException("The user does not want to download " + name + ".");
    }
  }

  private static String text(String name, DownloadPlan fetch) throws IOException {
    return String.format(
        "%s (commit %.10s, %s)\n"
            + "%d file%s, %s; %s of them are to be downloaded\n"
            + "to %s,\n"
            + "where %s are free.",
        name,
        fetch.commit(),
        fetch.licence().isEmpty() ? "no licence told" : "licence " + fetch.licence(),
        fetch.files().size(),
        fetch.files().size() == 1 ? "" : "s",
        FileSize.text(fetch.bytes()),
        FileSize.text(fetch.missing()),
        fetch.target(),
        FileSize.text(fetch.free()));
  }
}
