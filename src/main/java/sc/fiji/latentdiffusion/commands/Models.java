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
import sc.fiji.latentdiffusion.hosts.ModelsFolder;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.images.tables.LibraryTable;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.progress.Progress;

/** Lists the models and sets their folder. */
@Plugin(
    type = Command.class,
    label = "Models",
    description = "Lists the models and sets their folder.",
    menuPath = "Plugins>Latent Diffusion>Models...",
    menuRoot = DiffusionCommand.MENU,
    headless = true,
    attrs = @Attr(name = Recording.OWN))
public final class Models extends DiffusionCommand {

  @Parameter(
      label = "Compute SHA-256",
      description =
          "Reads all weights whose SHA-256 is not known yet, which takes some seconds a gigabyte.",
      persist = false)
  private boolean checksums = false;

  @Parameter(
      label = "Models folder",
      description =
          "The folder in which models are found by name, from now on and in later sessions. Empty"
              + " for models/diffusion in ImageJ's folder.",
      style = Key.FOLDER_STYLE,
      required = false,
      persist = false,
      columns = 32,
      attrs = {@Attr(name = Key.WIDE), @Attr(name = Key.DEFAULT, value = "the present folder")})
  private String folder = ModelsFolder.get().toString();

  @Parameter(type = ItemIO.OUTPUT, label = "Table")
  private ResultsTable table;

  @Override
  public void check() {
    ModelsFolder.check(folder);
  }

  @Override
  protected Results work(ImageDiffusion images, Progress progress) throws IOException {
    ModelsFolder.choose(folder);
    return Results.of(LibraryTable.of(library().models(), checksums, progress), "Models");
  }
}
