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
import sc.fiji.latentdiffusion.hosts.dialogs.DialogStart;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.ImageSubject;
import sc.fiji.latentdiffusion.images.ImageToImageOptions;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.progress.Progress;

/** Encodes the active image, or its selection, and opens the latents as an image. */
@Plugin(
    type = Command.class,
    label = "Show Latent",
    description =
        "Opens the latents of the active image, or of its selection, as the model sees it: 32 bit,"
            + " one channel for each of the model's.",
    menuPath = "Plugins>Latent Diffusion>Show Latent...",
    menuRoot = DiffusionCommand.MENU,
    headless = true,
    attrs = @Attr(name = Recording.OWN))
public final class ShowLatent extends NetworkCommand {

  @Parameter(label = "Image", required = false)
  private ImagePlus image;

  @Parameter(
      label = "Channels (R,G,B)",
      description = ImageToImage.CHANNELS,
      required = false,
      attrs = {
        @Attr(name = Key.ROW, value = "channels"),
        @Attr(name = Key.USE, value = Key.CHANNELS)
      })
  private String channels = "";

  @Parameter(
      label = "Intensity",
      description = ImageToImage.INTENSITY,
      choices = {"display", "full", "given"},
      attrs = {@Attr(name = Key.ROW, value = "channels"), @Attr(name = Key.USE, value = Key.GREY)})
  private String intensity = "display";

  @Parameter(
      label = "Minimum",
      description = ImageToImage.MINIMUM,
      attrs = {
        @Attr(name = Key.ROW, value = "range"),
        @Attr(name = Key.USE, value = Key.GREY),
        @Attr(name = Key.WHERE, value = "intensity=given")
      })
  private double minimum = 0;

  @Parameter(
      label = "Maximum",
      description = ImageToImage.MAXIMUM,
      attrs = {
        @Attr(name = Key.ROW, value = "range"),
        @Attr(name = Key.USE, value = Key.GREY),
        @Attr(name = Key.WHERE, value = "intensity=given")
      })
  private double maximum = 255;

  private ChannelMapping mapping() {
    return new ChannelMapping(channels, intensity, minimum, maximum);
  }

  @Override
  public void check() {
    mapping();
  }

  @Override
  public void checkImage() {
    checkPicture(image);
  }

  @Override
  public Map<String, String> used() {
    return ImageToImageOptions.range(image, mapping());
  }

  @Override
  public DialogStart dialogStart(Map<String, String> chosen) {
    return DialogStart.of("Encodes " + ImageSubject.of(image) + ".");
  }

  @Override
  protected Results work(ImageDiffusion images, Progress progress) throws IOException {
    return Results.of(
        images.showLatent(image, mapping(), model(), precision(), device(), progress));
  }
}
