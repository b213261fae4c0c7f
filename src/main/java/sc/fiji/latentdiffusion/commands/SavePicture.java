/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.commands;

import ij.ImagePlus;
import ij.io.SaveDialog;
import java.awt.GraphicsEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import org.scijava.command.Command;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.exchange.SavedPicture;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.progress.Progress;

/** Saves a result with its settings, which this plugin and others read back. */
@Plugin(
    type = Command.class,
    label = "Save Picture",
    description =
        "Saves the active result as a PNG file that holds its settings, as AUTOMATIC1111's web UI,"
            + " InvokeAI and Read Settings read them.",
    menuPath = "Plugins>Latent Diffusion>Save Picture...",
    menuRoot = DiffusionCommand.MENU,
    headless = true,
    attrs = @Attr(name = Recording.OWN))
public final class SavePicture extends DiffusionCommand {

  private static final String ENDING = ".png";

  @Parameter private ImagePlus image;

  @Parameter(label = "Overwrite", description = "Replaces a file of this name.", persist = false)
  private boolean overwrite = false;

  @Parameter(
      label = "PNG file (empty: ask)",
      description = "The path of the file; empty to be asked for it.",
      required = false,
      persist = false,
      columns = 32,
      attrs = @Attr(name = Key.WIDE))
  private String path = "";

  @Override
  public void checkImage() {
    SavedPicture.check(image);
  }

  @Override
  protected Results work(ImageDiffusion images, Progress progress) throws IOException {
    if (path.isBlank()) path = chosen();
    String named = path.strip();
    if (!named.toLowerCase(Locale.ROOT).endsWith(ENDING)) named += ENDING;
    path = named;
    Path file = Path.of(named);
    if (Files.exists(file) && !overwrite) {
      throw new IllegalArgumentException(
          file + " exists already. Choose another name, or give overwrite=true.");
    }
    SavedPicture.write(image, file);
    return Results.NONE;
  }

  /** The dialog asks before it gives the name of a file that there is. */
  private String chosen() {
    if (GraphicsEnvironment.isHeadless()) {
      throw new IllegalArgumentException(
          "path must name the file, as there is no screen to ask for it.");
    }
    SaveDialog dialog = new SaveDialog("Save Picture", image.getTitle(), ENDING);
    if (dialog.getFileName() == null) throw new CancellationException("No file was chosen.");
    overwrite = true;
    return Path.of(dialog.getDirectory(), dialog.getFileName()).toString();
  }
}
