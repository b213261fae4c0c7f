/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.commands;

import ij.IJ;
import ij.WindowManager;
import ij.measure.ResultsTable;
import java.awt.GraphicsEnvironment;
import java.io.IOException;
import java.nio.file.Path;
import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.hosts.filled.NextValues;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.exchange.Found;
import sc.fiji.latentdiffusion.images.exchange.PictureSettings;
import sc.fiji.latentdiffusion.images.exchange.SettingsTable;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.progress.Progress;

/** Reads the settings that a program has written into a picture. */
@Plugin(
    type = Command.class,
    label = "Read Settings",
    description =
        "Lists the settings that AUTOMATIC1111's web UI, Forge, ComfyUI, InvokeAI or this plugin"
            + " has written into a picture, and what they are here; the next dialogs begin with"
            + " them.",
    menuPath = "Plugins>Latent Diffusion>Read Settings...",
    menuRoot = DiffusionCommand.MENU,
    headless = true,
    attrs = @Attr(name = Recording.OWN))
public final class ReadSettings extends DiffusionCommand {

  @Parameter(
      label = "Open Text to Image with them",
      description = "Opens the dialog of Text to Image, filled in; never without a screen.")
  private boolean open = true;

  @Parameter(
      label = "PNG or JPEG file (empty: the active image)",
      description = "The path of the picture; empty for the active image and its file.",
      required = false,
      persist = false,
      columns = 32,
      attrs = @Attr(name = Key.WIDE))
  private String path = "";

  @Parameter(type = ItemIO.OUTPUT, label = "Table")
  private ResultsTable table;

  @Override
  protected Results work(ImageDiffusion images, Progress progress) throws IOException {
    NextValues next = new NextValues(service(), "Text to Image...", "Image to Image...");
    Found found = new Found(next.keys(), next::check);
    if (path.isBlank()) {
      PictureSettings.read(WindowManager.getCurrentImage(), next.keys(), found);
    } else {
      PictureSettings.read(Path.of(path.strip()), next.keys(), found);
    }
    next.set(found.values());
    Results results =
        Results.of(SettingsTable.of(found.rows(), next.line(found.values())), SettingsTable.TITLE);
    if (open && !GraphicsEnvironment.isHeadless()) IJ.doCommand(next.label());
    return results;
  }
}
