/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.commands;

import ij.measure.ResultsTable;
import java.io.IOException;
import java.util.List;
import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.addons.AddOns;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.ModelCommand;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.hosts.SamplingCommand;
import sc.fiji.latentdiffusion.images.Estimates;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.pipeline.Prompting;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.progress.Progress;

/** Lists the tokens that a model makes of prompts, with their weights. */
@Plugin(
    type = Command.class,
    label = "Show Tokens",
    description = "Lists the tokens that a model makes of prompts, their numbers and weights.",
    menuPath = "Plugins>Latent Diffusion>Show Tokens...",
    menuRoot = DiffusionCommand.MENU,
    headless = true,
    attrs = @Attr(name = Recording.OWN))
public final class ShowTokens extends ModelCommand {

  @Parameter(
      label = "Brackets weigh words",
      description = SamplingCommand.WEIGHTING,
      attrs = @Attr(name = Key.AFTER))
  private boolean weighting = true;

  @Parameter(
      label = "Embeddings",
      description = SamplingCommand.EMBEDDINGS,
      required = false,
      persist = false,
      attrs = {
        @Attr(name = Key.AFTER, value = "model"),
        @Attr(name = Key.PART, value = Key.BOTTOM),
        @Attr(name = Key.WIDE)
      })
  private String embeddings = "";

  @Parameter(
      label = "Prompt",
      description = SamplingCommand.PROMPT,
      style = Key.TEXT_STYLE,
      required = false,
      attrs = @Attr(name = Key.PART, value = Key.TOP))
  private String prompt = "green nuclei on a dark background";

  @Parameter(
      label = "Negative prompt",
      description = SamplingCommand.NEGATIVE,
      style = Key.TEXT_STYLE,
      required = false,
      attrs = @Attr(name = Key.PART, value = Key.TOP))
  private String negative = "";

  @Parameter(type = ItemIO.OUTPUT, label = "Table")
  private ResultsTable table;

  /** The prompts as runs read them, without LoRAs. */
  private Request request() {
    Prompting written = Prompting.DEFAULT.withTexts(prompt, negative).withReading(1, weighting);
    return Request.defaults()
        .withModel(model())
        .withPrompting(Request.defaults().withPrompting(written).withPastedLoras().prompting())
        .withAddOns(AddOns.of(this::text));
  }

  @Override
  public void check() {
    request();
  }

  @Override
  protected List<String> notes(Estimates estimates) throws IOException {
    return promptNotes(request());
  }

  @Override
  protected Results work(ImageDiffusion images, Progress progress) throws IOException {
    return Results.of(images.tables().tokens(request()), "Tokens");
  }
}
