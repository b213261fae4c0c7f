package sc.fiji.latentdiffusion.hosts;

import ij.IJ;
import java.awt.GraphicsEnvironment;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import sc.fiji.latentdiffusion.hub.DownloadPlan;
import sc.fiji.latentdiffusion.io.FileSize;

/** Asks whether a model is to be downloaded, having said what that comes to. */
public final class DownloadQuestion {

  private DownloadQuestion() {}

  /**
   * Asks.
   *
   * @param name that the user gave
   * @param fetch what would be downloaded
   * @param accept whether the user has agreed already
   * @throws IllegalArgumentException if there is no screen to ask on, and the user has not agreed
   * @throws CancellationException if the user does not agree
   */
  public static void ask(String name, DownloadPlan fetch, boolean accept) throws IOException {
    if (accept) {
      return;
    }
    if (GraphicsEnvironment.isHeadless()) {
      throw new IllegalArgumentException(
          "Nobody can be asked without a screen whether to download this: "
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
