package sc.fiji.latentdiffusion.commands;

import ij.ImagePlus;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.scijava.command.Command;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.hosts.DiffusionService;
import sc.fiji.latentdiffusion.hosts.ModelsFolder;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.hosts.TableCommand;
import sc.fiji.latentdiffusion.hosts.Texts;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.tables.LibraryTable;
import sc.fiji.latentdiffusion.progress.Progress;

/** Lists the models that there are, and chooses the folder in which they lie. */
@Plugin(
    type = Command.class,
    label = "Models",
    description = "Lists the models that there are, and chooses the folder in which they lie.",
    menuPath = "Plugins>Latent Diffusion>Models...",
    headless = true,
    attrs = @Attr(name = Recording.OWN))
public final class Models extends TableCommand {

  @Parameter private DiffusionService diffusion;

  @Parameter(label = "Compute SHA-256", description = Texts.CHECKSUMS, persist = false)
  private boolean checksums = false;

  @Parameter(
      label = "Models folder",
      description = Texts.FOLDER,
      required = false,
      persist = false,
      columns = 32)
  private String folder = ModelsFolder.get().toString();

  @Override
  protected String title() {
    return "Models";
  }

  @Override
  public void check() {
    ModelsFolder.check(folder);
  }

  @Override
  protected void eachText(UnaryOperator<String> change) {
    folder = change.apply(folder);
  }

  @Override
  protected List<ImagePlus> work(ImageDiffusion images, Progress progress) throws IOException {
    ModelsFolder.choose(folder);
    keep(LibraryTable.of(diffusion.library().models(), checksums, progress));
    return List.of();
  }
}
