package sc.fiji.latentdiffusion.commands;

import ij.ImagePlus;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.scijava.command.Command;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.scijava.widget.NumberWidget;
import sc.fiji.latentdiffusion.addons.AddOns;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.hosts.SamplingCommand;
import sc.fiji.latentdiffusion.hosts.Texts;
import sc.fiji.latentdiffusion.images.Estimates;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.ImageToImageOptions;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.RegionOptions;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.keys.SchedulerChoice;
import sc.fiji.latentdiffusion.library.Estimate;
import sc.fiji.latentdiffusion.pipeline.Prompting;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.progress.Progress;

/** Makes the selected region of the active image over, as words say. */
@Plugin(
    type = Command.class,
    label = "Image to Image",
    description =
        "Makes the selected region of a copy of the active image over, as the prompt says.",
    menuPath = "Plugins>Latent Diffusion>Image to Image...",
    headless = true,
    attrs = @Attr(name = Recording.OWN))
public final class ImageToImage extends SamplingCommand {

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

  @Parameter(
      label = "Strength",
      description = Texts.STRENGTH,
      style = NumberWidget.SLIDER_STYLE,
      min = "0",
      max = "1",
      stepSize = "0.01")
  private double strength = 0.5;

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

  @Parameter(label = "Feather (px)", description = Texts.FEATHER, min = "0")
  private double feather = 0;

  @Parameter(label = "Context (px)", description = Texts.CONTEXT, min = "0")
  private int context = 0;

  @Parameter(label = "Scale to the model's size", description = Texts.SCALE)
  private boolean scale = false;

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

  @Parameter(
      label = "Slices",
      description = Texts.SLICES,
      choices = {"current", "all"})
  private String slices = "current";

  @Parameter(
      label = "Seeds of slices",
      description = Texts.SEEDS,
      choices = {"same", "consecutive"})
  private String seeds = "same";

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
    checkPicture(image);
  }

  @Override
  protected Request request() {
    String name = scheduler.name();
    Prompting read = new Prompting(clipskip, weighting);
    AddOns addOns = addOns(control, embeddings, lora);
    return new Request(
        model, 0, 0, steps, strength, guidance, name, seed, precision, device, prompt, negative,
        read, addOns);
  }

  private ImageToImageOptions editing() {
    return new ImageToImageOptions(
        new RegionOptions(feather, context, scale),
        new ChannelMapping(channels, intensity, minimum, maximum),
        new Slices(slices, seeds));
  }

  @Override
  public void check() {
    super.check();
    editing();
  }

  @Override
  protected Estimate expected(Estimates estimates) throws IOException {
    return estimates.imageToImage(image, request(), editing());
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
    return images.imageToImage(image, request(), editing(), stacks(), progress);
  }
}
