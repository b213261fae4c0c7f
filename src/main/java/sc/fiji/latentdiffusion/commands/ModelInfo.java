package sc.fiji.latentdiffusion.commands;

import ij.ImagePlus;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.scijava.command.Command;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.hosts.TableCommand;
import sc.fiji.latentdiffusion.hosts.Texts;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.progress.Progress;

/** Lists what a model's files hold. */
@Plugin(
    type = Command.class,
    label = "Model Info",
    description = "Lists a model's family, checksum, components, settings and tensors.",
    menuPath = "Plugins>Latent Diffusion>Model Info...",
    headless = true,
    attrs = @Attr(name = Recording.OWN))
public final class ModelInfo extends TableCommand {

  @Parameter(
      label = "Model",
      description = Texts.MODEL,
      style = MODEL_STYLE,
      required = false,
      persist = false)
  private String model = "";

  @Override
  protected String title() {
    return "Model Info";
  }

  @Override
  protected void eachText(UnaryOperator<String> change) {
    model = change.apply(model);
  }

  @Override
  protected List<ImagePlus> work(ImageDiffusion images, Progress progress) throws IOException {
    keep(images.modelInfo(model));
    return List.of();
  }
}
