package sc.fiji.latentdiffusion.commands;

import ij.ImagePlus;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.scijava.command.Command;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.hosts.Texts;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.progress.Progress;

/** Encodes the active image, or its selection, and opens the latents as an image. */
@Plugin(
    type = Command.class,
    label = "Show Latent",
    description = "Opens the active image, or its selection, as the model sees it: its latents.",
    menuPath = "Plugins>Latent Diffusion>Show Latent...",
    headless = true,
    attrs = @Attr(name = Recording.OWN))
public final class ShowLatent extends DiffusionCommand {

  @Parameter(label = "Image", required = false)
  private ImagePlus image;

  @Parameter(
      label = "Model",
      description = Texts.MODEL,
      style = MODEL_STYLE,
      required = false,
      persist = false)
  private String model = "";

  @Parameter(
      label = "Precision",
      description = Texts.PRECISION,
      choices = {"auto", "float32", "bfloat16", "float16"})
  private String precision = "auto";

  @Parameter(
      label = "Device",
      description = Texts.DEVICE,
      choices = {"auto", "cpu", "gpu"})
  private String device = "auto";

  @Parameter(label = "Channels (R,G,B)", description = Texts.CHANNELS, required = false)
  private String channels = "";

  @Parameter(
      label = "Intensity",
      description = Texts.INTENSITY,
      choices = {"display", "full", "given"})
  private String intensity = "display";

  @Parameter(label = "Minimum", description = Texts.MINIMUM)
  private double minimum = 0;

  @Parameter(label = "Maximum", description = Texts.MAXIMUM)
  private double maximum = 255;

  private ChannelMapping reading() {
    return new ChannelMapping(channels, intensity, minimum, maximum);
  }

  @Override
  public void check() {
    reading();
  }

  @Override
  public void checkImage() {
    checkPicture(image);
  }

  @Override
  protected String device() {
    return device;
  }

  @Override
  protected void eachText(UnaryOperator<String> change) {
    model = change.apply(model);
  }

  @Override
  protected List<ImagePlus> work(ImageDiffusion images, Progress progress) throws IOException {
    return List.of(images.showLatent(image, reading(), model, precision, device));
  }
}
