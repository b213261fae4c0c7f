/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.commands;

import ij.ImagePlus;
import java.io.IOException;
import java.util.Map;
import org.scijava.command.Command;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.NetworkCommand;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.hosts.SamplingCommand;
import sc.fiji.latentdiffusion.hosts.dialogs.DialogStart;
import sc.fiji.latentdiffusion.images.Estimates;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.ImageSubject;
import sc.fiji.latentdiffusion.images.pixels.ResultType;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.progress.Progress;

/** Decodes the active latent image to a picture. */
@Plugin(
    type = Command.class,
    label = "Decode Latent",
    description = "Decodes the active latent image to a picture.",
    menuPath = "Plugins>Latent Diffusion>Decode Latent...",
    menuRoot = DiffusionCommand.MENU,
    headless = true,
    attrs = @Attr(name = Recording.OWN))
public final class DecodeLatent extends NetworkCommand {

  @Parameter(label = "Image", required = false)
  private ImagePlus image;

  @Parameter(
      label = "Type of the result",
      description = SamplingCommand.TYPE,
      choices = {"auto", "32-bit"})
  private String type = "auto";

  @Override
  public void checkImage() {
    checkLatent(image);
  }

  @Override
  public DialogStart dialogStart(Map<String, String> chosen) {
    return DialogStart.of("Decodes " + ImageSubject.ofLatents(image) + ".");
  }

  @Override
  protected String estimate(Estimates estimates) throws IOException {
    estimates.requireLatent(image, modelRequest());
    return "";
  }

  @Override
  protected Results work(ImageDiffusion images, Progress progress) throws IOException {
    ImageDiffusion typed = images.withType(ResultType.of(type));
    return Results.of(typed.decodeLatent(image, modelRequest(), progress));
  }
}
