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
import sc.fiji.latentdiffusion.hosts.SamplingCommand;
import sc.fiji.latentdiffusion.hosts.Texts;
import sc.fiji.latentdiffusion.images.Estimates;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.keys.SchedulerChoice;
import sc.fiji.latentdiffusion.library.Estimate;
import sc.fiji.latentdiffusion.pipeline.Prompting;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.StepRange;
import sc.fiji.latentdiffusion.progress.Progress;

/** Runs steps on the active latent image. */
@Plugin(
    type = Command.class,
    label = "Denoise Latent",
    description =
        "Goes on with a run whose latents are the active image's current frame, from one step to"
            + " another; or adds noise to latents first.",
    menuPath = "Plugins>Latent Diffusion>Denoise Latent...",
    headless = true,
    attrs = @Attr(name = Recording.OWN))
public final class DenoiseLatent extends SamplingCommand {

  @Parameter(label = "Image", required = false)
  private ImagePlus image;

  @Parameter(
      label = "Model",
      description = Texts.MODEL,
      style = MODEL_STYLE,
      required = false,
      persist = false)
  private String model = "";

  @Parameter(label = "Steps", description = Texts.STEPS, min = "1")
  private int steps = 20;

  @Parameter(label = "From step", description = Texts.FROM, min = "-1", persist = false)
  private int from = -1;

  @Parameter(label = "To step", description = Texts.TO, min = "-1", persist = false)
  private int to = -1;

  @Parameter(label = "Add noise first", description = Texts.NOISED)
  private boolean noised = false;

  @Parameter(label = "Guidance", description = Texts.GUIDANCE, min = "0", stepSize = "0.5")
  private double guidance = 4;

  @Parameter(label = "Scheduler", description = Texts.SCHEDULER)
  private SchedulerChoice scheduler = new SchedulerChoice("dpmpp_2m_k");

  @Parameter(label = "Seed (−1: drawn)", description = Texts.SEED, persist = false)
  private long seed = -1;

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

  @Parameter(label = "Clip skip", description = Texts.CLIPSKIP, min = "1", max = "12")
  private int clipskip = 1;

  @Parameter(label = "Brackets weigh words", description = Texts.WEIGHTING)
  private boolean weighting = true;

  @Parameter(
      label = "Preview",
      description = Texts.PREVIEW,
      choices = {"off", "linear", "tiny", "decoded"})
  private String preview = "linear";

  @Parameter(label = "Latents", description = Texts.LATENTS)
  private boolean latents = false;

  @Parameter(label = "Noise", description = Texts.NOISE)
  private boolean noise = false;

  @Parameter(label = "Predicted latents", description = Texts.PREDICTED)
  private boolean predicted = false;

  @Parameter(label = "Images", description = Texts.DECODED)
  private boolean decoded = false;

  @Parameter(label = "ControlNet", description = Texts.CONTROL, required = false, persist = false)
  private String control = "";

  @Parameter(
      label = "Embeddings",
      description = Texts.EMBEDDINGS,
      required = false,
      persist = false)
  private String embeddings = "";

  @Parameter(label = "LoRA", description = Texts.LORA, required = false, persist = false)
  private String lora = "";

  @Parameter(label = "Prompt", description = Texts.PROMPT, style = TEXT_STYLE, required = false)
  private String prompt = "green nuclei on a dark background";

  @Parameter(
      label = "Negative prompt",
      description = Texts.NEGATIVE,
      style = TEXT_STYLE,
      required = false)
  private String negative = "";

  @Override
  public void checkImage() {
    checkLatent(image);
  }

  @Override
  protected Request request() {
    String name = scheduler.name();
    Prompting read = new Prompting(clipskip, weighting);
    AddOns addOns = addOns(control, embeddings, lora);
    return new Request(
        model, 0, 0, steps, 1, guidance, name, seed, precision, device, prompt, negative, read,
        addOns);
  }

  @Override
  protected Estimate expected(Estimates estimates) throws IOException {
    return estimates.denoiseLatent(image, request(), new StepRange(from, to, noised));
  }

  @Override
  protected String preview() {
    return preview;
  }

  @Override
  protected Stacks stacks() {
    return new Stacks(latents, noise, predicted, decoded);
  }

  @Override
  protected String device() {
    return device;
  }

  @Override
  protected void eachText(UnaryOperator<String> change) {
    model = change.apply(model);
    control = change.apply(control);
    embeddings = change.apply(embeddings);
    lora = change.apply(lora);
    prompt = change.apply(prompt);
    negative = change.apply(negative);
  }

  @Override
  protected List<ImagePlus> work(ImageDiffusion images, Progress progress) throws IOException {
    seed = request().withDrawnSeed().seed();
    StepRange range = new StepRange(from, to, noised);
    return images.denoiseLatent(image, request(), range, stacks(), progress);
  }
}
