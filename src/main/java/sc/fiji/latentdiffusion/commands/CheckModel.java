/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.commands;

import ij.measure.ResultsTable;
import java.io.IOException;
import java.util.stream.IntStream;
import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.NetworkCommand;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.progress.Progress;

/** Checks a model on this computer. */
@Plugin(
    type = Command.class,
    label = "Check Model",
    description =
        "Checks that a model works on this computer as it should: schedulers, the network, its"
            + " precision, the autoencoder, and reference numbers beside the model if there are"
            + " any. Lists what was found, and whether it passes.",
    menuPath = "Plugins>Latent Diffusion>Check Model...",
    menuRoot = DiffusionCommand.MENU,
    headless = true,
    attrs = @Attr(name = Recording.OWN))
public final class CheckModel extends NetworkCommand {

  @Parameter(type = ItemIO.OUTPUT, label = "Check")
  private ResultsTable table;

  private String outcome = "";

  @Override
  protected Results work(ImageDiffusion images, Progress progress) throws IOException {
    Results results = images.checkModel(modelRequest(), progress);
    ResultsTable checks = results.table();
    long passed =
        IntStream.range(0, checks.size())
            .filter(row -> checks.getStringValue("result", row).equals("pass"))
            .count();
    outcome = passed + " of " + checks.size() + " checks pass";
    return results;
  }

  @Override
  protected String outcome() {
    return outcome;
  }
}
