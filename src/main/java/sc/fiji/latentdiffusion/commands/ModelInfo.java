/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.commands;

import ij.measure.ResultsTable;
import java.io.IOException;
import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.ModelCommand;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.progress.Progress;

/** Lists the settings and tensors of a model's files. */
@Plugin(
    type = Command.class,
    label = "Model Info",
    description =
        "Lists the family, SHA-256, components, settings and tensors of a model, or of a"
            + " ControlNet.",
    menuPath = "Plugins>Latent Diffusion>Model Info...",
    menuRoot = DiffusionCommand.MENU,
    headless = true,
    attrs = @Attr(name = Recording.OWN))
public final class ModelInfo extends ModelCommand {

  @Parameter(type = ItemIO.OUTPUT, label = "Table")
  private ResultsTable table;

  @Override
  protected Results work(ImageDiffusion images, Progress progress) throws IOException {
    return Results.of(images.tables().contents(model()), "Model Info");
  }
}
