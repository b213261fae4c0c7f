/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
import ij.ImagePlus;
import java.io.IOException;
import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.hosts.NetworkCommand;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.progress.Progress;

/**
 * Shows the detail that a model's autoencoder can hold. No part of the plugin: the tests compile
 * this file and put it on the class path, to prove that one file adds a command.
 */
@Plugin(
    type = Command.class,
    label = "Round Trip",
    description = "Encodes the active image and decodes the latents, as often as asked.",
    menuPath = "Plugins>Latent Diffusion>Round Trip...",
    headless = true,
    attrs = @Attr(name = Recording.OWN))
public final class RoundTrip extends NetworkCommand {

  @Parameter(label = "Image", required = false)
  private ImagePlus image;

  @Parameter(
      label = "Trips",
      description = "The number of times the image is encoded and decoded.",
      min = "1",
      max = "20",
      attrs = @Attr(name = Key.AFTER))
  private int trips = 1;

  @Parameter(
      label = "Latents",
      description = "Opens the latents of the last trip, too.",
      attrs = @Attr(name = Key.AFTER, value = "device"))
  private boolean latents = false;

  @Parameter(
      label = "Title",
      description = "The title of the picture.",
      required = false,
      attrs = {@Attr(name = Key.PART, value = Key.TOP), @Attr(name = Key.WIDE)})
  private String title = "Round Trip";

  @Parameter(type = ItemIO.OUTPUT, label = "Latents")
  private ImagePlus encoded;

  @Override
  public void checkImage() {
    checkPicture(image);
  }

  @Override
  protected Results work(ImageDiffusion images, Progress progress) throws IOException {
    ImagePlus picture = image;
    ImagePlus seen = null;
    Request request = modelRequest();
    for (int trip = 0; trip < trips; trip++) {
      progress.update(trip, trips, "Trip " + (trip + 1));
      seen = images.showLatent(picture, ChannelMapping.DISPLAY, request, progress);
      picture = images.decodeLatent(seen, request, progress);
    }
    picture.setTitle(title);
    Results result = Results.of(picture);
    return latents ? result.with("encoded", seen) : result;
  }
}
