package sc.fiji.latentdiffusion.commands;

import ij.ImagePlus;
import ij.measure.ResultsTable;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.scijava.command.Command;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.hosts.DiffusionService;
import sc.fiji.latentdiffusion.hosts.DownloadQuestion;
import sc.fiji.latentdiffusion.hosts.ModelsFolder;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.hosts.TableCommand;
import sc.fiji.latentdiffusion.hosts.Texts;
import sc.fiji.latentdiffusion.hub.DownloadPlan;
import sc.fiji.latentdiffusion.hub.HubClient;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.library.ModelSummary;
import sc.fiji.latentdiffusion.progress.Progress;

/** Downloads a model from the hub into the models folder, if the user agrees. */
@Plugin(
    type = Command.class,
    label = "Get Model",
    description =
        "Downloads a model from the hub (huggingface.co) into the models folder, after it has said"
            + " how large it is. A download that was cut goes on where it ended.",
    menuPath = "Plugins>Latent Diffusion>Get Model...",
    headless = true,
    attrs = @Attr(name = Recording.OWN))
public final class GetModel extends TableCommand {

  @Parameter private DiffusionService diffusion;

  @Parameter(label = "Download without asking", description = Texts.ACCEPT, persist = false)
  private boolean accept = false;

  @Parameter(label = "Revision", description = Texts.REVISION, required = false, persist = false)
  private String revision = "";

  @Parameter(label = "Variant", description = Texts.VARIANT, required = false, persist = false)
  private String variant = "";

  @Parameter(
      label = "Hub",
      description = Texts.HUB,
      required = false,
      persist = false,
      columns = 32)
  private String hub = "";

  @Parameter(label = "Name", description = Texts.NAME, persist = false, columns = 32)
  private String name = "stable-diffusion-v1-5/stable-diffusion-v1-5";

  @Override
  protected String title() {
    return "Get Model";
  }

  @Override
  public void check() {
    HubClient.name(name, revision, hub);
    DownloadPlan.checked(variant);
  }

  @Override
  protected void eachText(UnaryOperator<String> change) {
    revision = change.apply(revision);
    variant = change.apply(variant);
    hub = change.apply(hub);
    name = change.apply(name);
  }

  @Override
  protected List<ImagePlus> work(ImageDiffusion images, Progress progress) throws IOException {
    HubClient client = HubClient.of(hub);
    DownloadPlan fetch =
        DownloadPlan.plan(
            client, HubClient.name(name, revision, hub), variant, ModelsFolder.get(), progress);
    if (fetch.missing() > 0) {
      fetch.requireSpace();
      DownloadQuestion.ask(name, fetch, accept);
      accept = true; // what was agreed to is recorded
    }
    fetch.run(progress);
    requireUsable(fetch);
    keep(table(fetch));
    return List.of();
  }

  private static void requireUsable(DownloadPlan fetch) throws IOException {
    ModelSummary model = ModelSummary.of(fetch.requestName(), fetch.target());
    if (!model.isUsable()) {
      throw new IOException(
          fetch.target() + " was downloaded, but can't be used: " + model.problem());
    }
  }

  private static ResultsTable table(DownloadPlan fetch) {
    ResultsTable table = new ResultsTable();
    for (DownloadPlan.Entry file : fetch.files()) {
      table.addRow();
      table.addValue("model", fetch.requestName());
      table.addValue("file", file.path());
      table.addValue("bytes", String.valueOf(file.bytes()));
      table.addValue("sha256", file.sha256());
    }
    return table;
  }
}
