package sc.fiji.latentdiffusion.commands;

import ij.ImagePlus;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.scijava.command.Command;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.addons.AddOns;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.hosts.TableCommand;
import sc.fiji.latentdiffusion.hosts.Texts;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.pipeline.Prompting;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.progress.Progress;

/** Lists the tokens that a model makes of prompts, with their weights. */
@Plugin(
    type = Command.class,
    label = "Show Tokens",
    description = "Lists the tokens that a model makes of prompts, their numbers and weights.",
    menuPath = "Plugins>Latent Diffusion>Show Tokens...",
    headless = true,
    attrs = @Attr(name = Recording.OWN))
public final class ShowTokens extends TableCommand {

  @Parameter(label = "Brackets weigh words", description = Texts.WEIGHTING)
  private boolean weighting = true;

  @Parameter(
      label = "Model",
      description = Texts.MODEL,
      style = MODEL_STYLE,
      required = false,
      persist = false)
  private String model = "";

  @Parameter(
      label = "Embeddings",
      description = Texts.EMBEDDINGS,
      required = false,
      persist = false)
  private String embeddings = "";

  @Parameter(label = "Prompt", description = Texts.PROMPT, style = TEXT_STYLE, required = false)
  private String prompt = "green nuclei on a dark background";

  @Parameter(
      label = "Negative prompt",
      description = Texts.NEGATIVE,
      style = TEXT_STYLE,
      required = false)
  private String negative = "";

  @Override
  protected String title() {
    return "Tokens";
  }

  @Override
  protected void eachText(UnaryOperator<String> change) {
    model = change.apply(model);
    embeddings = change.apply(embeddings);
    prompt = change.apply(prompt);
    negative = change.apply(negative);
  }

  private Prompting read() {
    return new Prompting(1, weighting);
  }

  private AddOns addOns() {
    return AddOns.NONE.with("embeddings", embeddings);
  }

  @Override
  public void check() {
    addOns();
  }

  @Override
  protected List<ImagePlus> work(ImageDiffusion images, Progress progress) throws IOException {
    Request request = Request.defaults().withModel(model).withPrompt(prompt, negative);
    keep(images.showTokens(request.withPrompting(read()).withAddOns(addOns())));
    return List.of();
  }
}
