/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package toyscaling;

import java.io.IOException;
import org.scijava.command.Command;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.hosts.SamplingCommand;
import sc.fiji.latentdiffusion.images.Estimates;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.library.Estimate;
import sc.fiji.latentdiffusion.progress.Progress;

/** Makes a picture from words with all add-ons that there are, and scalings. */
@Plugin(
    type = Command.class,
    label = "Scaled Image",
    description = "Makes a picture from words, by a model with scaled layers.",
    menuPath = "Plugins>Latent Diffusion>Scaled Image...",
    headless = true,
    attrs = @Attr(name = Recording.OWN))
public final class ScaledImage extends SamplingCommand {

  @Parameter(
      label = "Scaling",
      description = "Empty for none; else names of scalings with commas between them.",
      required = false,
      persist = false,
      attrs = {@Attr(name = Key.AFTER, value = "lora"), @Attr(name = Key.WIDE)})
  private String scaling = "";

  @Override
  protected Estimate expected(Estimates estimates) throws IOException {
    return estimates.textToImage(request());
  }

  @Override
  protected Results sample(ImageDiffusion images, Progress progress) throws IOException {
    return images.textToImage(request(), stacks(), progress);
  }
}
