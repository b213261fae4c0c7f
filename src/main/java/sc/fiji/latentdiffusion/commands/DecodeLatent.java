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
import sc.fiji.latentdiffusion.progress.Progress;

/** Decodes the active latent image to a picture. */
@Plugin(
    type = Command.class,
    label = "Decode Latent",
    description = "Opens the picture that the active latent image is the latents of.",
    menuPath = "Plugins>Latent Diffusion>Decode Latent...",
    headless = true,
    attrs = @Attr(name = Recording.OWN))
public final class DecodeLatent extends DiffusionCommand {

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

  @Override
  public void checkImage() {
    checkLatent(image);
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
    return List.of(images.decodeLatent(image, model, precision, device));
  }
}
