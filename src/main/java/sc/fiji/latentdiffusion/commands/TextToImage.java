/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.commands;

import java.io.IOException;
import org.scijava.command.Command;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.hosts.AnswersCommand;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.images.Estimates;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.library.Estimate;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.progress.Progress;

/** Makes a picture from words. */
@Plugin(
    type = Command.class,
    label = "Text to Image",
    description = "Makes a picture from words: noise, denoised step by step to match the prompt.",
    menuPath = "Plugins>Latent Diffusion>Text to Image...",
    menuRoot = DiffusionCommand.MENU,
    headless = true,
    attrs = @Attr(name = Recording.OWN))
public final class TextToImage extends AnswersCommand {

  private static final String SIZE = "model's size";

  @Parameter(
      label = "Width (px)",
      description =
          "Picture width in pixels: a multiple of 8, or 0 for the size the model was made for.",
      min = "0",
      attrs = {
        @Attr(name = Key.AFTER, value = "model"),
        @Attr(name = Key.ROW, value = "size"),
        @Attr(name = Key.ZERO, value = SIZE)
      })
  private int width = 0;

  @Parameter(
      label = "Height (px)",
      description =
          "Picture height in pixels: a multiple of 8, or 0 for the size the model was made for.",
      min = "0",
      attrs = {@Attr(name = Key.ROW, value = "size"), @Attr(name = Key.ZERO, value = SIZE)})
  private int height = 0;

  @Override
  protected boolean makesImage() {
    return true;
  }

  @Override
  protected Request request() {
    return super.request().withSize(width, height);
  }

  @Override
  protected Estimate expected(Estimates estimates) throws IOException {
    return estimates.answering(answers()).textToImage(request());
  }

  @Override
  protected Results sample(ImageDiffusion images, Progress progress) throws IOException {
    return images.answering(answers()).textToImage(request(), stacks(), progress);
  }
}
