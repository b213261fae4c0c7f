/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.commands;

import ij.IJ;
import ij.measure.ResultsTable;
import java.io.IOException;
import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.ModelsFolder;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.hosts.dialogs.DownloadQuestion;
import sc.fiji.latentdiffusion.hub.DownloadPlan;
import sc.fiji.latentdiffusion.hub.HubClient;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.library.ModelSummary;
import sc.fiji.latentdiffusion.progress.Progress;

/** Downloads a model from the hub into the models folder, if the user agrees. */
@Plugin(
    type = Command.class,
    label = "Get Model",
    description =
        "Downloads a model from the hub (huggingface.co) into the models folder, after telling its"
            + " size and licence, and lists its files. An interrupted download continues.",
    menuPath = "Plugins>Latent Diffusion>Get Model...",
    menuRoot = DiffusionCommand.MENU,
    headless = true,
    attrs = @Attr(name = Recording.OWN))
public final class GetModel extends DiffusionCommand {

  @Parameter(
      label = "Download without asking",
      description =
          "Agrees to the download, whatever its size and licence. Without it a question names"
              + " both.",
      persist = false)
  private boolean accept = false;

  @Parameter(
      label = "Revision",
      description =
          "A branch, tag or commit of the model; empty for its main branch. Others get a folder of"
              + " their own, name@revision.",
      required = false,
      persist = false,
      attrs = @Attr(name = Key.ROW, value = "version"))
  private String revision = "";

  @Parameter(
      label = "Variant",
      description =
          "The weights to take where there are several: fp16, for example, is half as large. Empty"
              + " for full precision. It gets a folder of its own, name.fp16.",
      required = false,
      persist = false,
      attrs = @Attr(name = Key.ROW, value = "version"))
  private String variant = "";

  @Parameter(
      label = "Hub",
      description =
          "Address of the hub; empty for https://huggingface.co, or the address in the environment"
              + " variable HF_ENDPOINT. The access token is sent to no other hub.",
      required = false,
      persist = false,
      columns = 32,
      attrs = {@Attr(name = Key.PART, value = Key.BOTTOM), @Attr(name = Key.WIDE)})
  private String hub = "";

  @Parameter(
      label = "Name",
      description =
          "The model's name on the hub, owner/name, which is its name here, too; or a single file,"
              + " owner/name/file.safetensors; or the address of either.",
      persist = false,
      columns = 32,
      attrs = {@Attr(name = Key.PART, value = Key.TOP), @Attr(name = Key.WIDE)})
  private String name = "stable-diffusion-v1-5/stable-diffusion-v1-5";

  @Parameter(type = ItemIO.OUTPUT, label = "Table")
  private ResultsTable table;

  @Override
  public void check() {
    HubClient.name(name, revision, hub);
    DownloadPlan.checked(variant);
  }

  @Override
  protected Results work(ImageDiffusion images, Progress progress) throws IOException {
    HubClient client = HubClient.of(hub);
    DownloadPlan plan =
        DownloadPlan.plan(
            client, HubClient.name(name, revision, hub), variant, ModelsFolder.get(), progress);
    if (!plan.isThere()) {
      plan.requireSpace();
      DownloadQuestion.ask(name, plan, accept);
      accept = true; // the agreement is recorded
    }
    DownloadQuestion.unverified(plan).ifPresent(note -> IJ.log("Get Model: " + note));
    plan.run(progress);
    requireUsable(plan);
    return Results.of(table(plan), "Get Model");
  }

  private static void requireUsable(DownloadPlan plan) throws IOException {
    ModelSummary model = ModelSummary.of(plan.requestName(), plan.target());
    if (!model.isUsable()) {
      throw new IOException(
          plan.target() + " was downloaded, but can't be used: " + model.problem());
    }
  }

  private static ResultsTable table(DownloadPlan plan) {
    ResultsTable table = new ResultsTable();
    for (DownloadPlan.Entry file : plan.files()) {
      table.addRow();
      table.addValue("model", plan.requestName());
      table.addValue("file", file.path());
      table.addValue("bytes", String.valueOf(file.bytes()));
      table.addValue("sha256", file.sha256());
    }
    return table;
  }
}
