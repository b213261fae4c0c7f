/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import sc.fiji.latentdiffusion.addons.AddOns;
import sc.fiji.latentdiffusion.caching.CacheOptions;
import sc.fiji.latentdiffusion.guidance.GuidanceOptions;
import sc.fiji.latentdiffusion.guidance.Guide;
import sc.fiji.latentdiffusion.images.Estimates;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.pixels.ResultType;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.images.results.PreviewKind;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.images.tables.ConditioningTable;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.keys.Seed;
import sc.fiji.latentdiffusion.library.Estimate;
import sc.fiji.latentdiffusion.pipeline.Prompting;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Sampling;
import sc.fiji.latentdiffusion.progress.Progress;
import sc.fiji.latentdiffusion.progress.TimeLeft;
import sc.fiji.latentdiffusion.random.Rng;
import sc.fiji.latentdiffusion.schedulers.named.Spacings;
import sc.fiji.latentdiffusion.views.Tiling;

/**
 * A command that runs the four steps and may open what each of them makes. It declares the keys
 * that all such commands have, once; a command adds its own.
 */
public abstract class SamplingCommand extends StepsCommand {

  /** The meaning of {@code steps}. */
  public static final String STEPS =
      "How many times noise is removed; 10 to 30 are enough. More is finer and slower.";

  /** The meaning of {@code weighting}. */
  public static final String WEIGHTING =
      "Reads (word), [word] and (word:1.3) as more or less weight, and BREAK as the beginning of a"
          + " new block of tokens; a backslash before a bracket makes it a character.";

  /** The meaning of {@code type}. */
  public static final String TYPE =
      "auto is RGB, or the type of the image, with values rounded and clamped; 32-bit does neither,"
          + " and colours are three channels of 0…255.";

  /** The meaning of {@code embeddings}. */
  public static final String EMBEDDINGS =
      "Empty for none; else names or paths of textual inversions with commas between them, which"
          + " the prompts then may name as words. Names are found in the folder embeddings of the"
          + " models folder; a name with a comma stands in quotes.";

  /** The meaning of {@code clipskip}. */
  public static final String CLIP_SKIP =
      "The layer of the text encoder, counted from its last, at which the words are read; 1 is"
          + " the last.";

  /** The meaning of {@code preview}. */
  public static final String PREVIEW =
      "Shows the picture while it forms, in a window; closing it stops the run. linear takes"
          + " the latents' colours, which costs no time; tiny a small decoder in the models"
          + " folder (taesd, taesdxl); decoded the model's own. Both take at most a quarter of"
          + " the time.";

  /** The meaning of {@code lora}. */
  public static final String LORA =
      "Empty for none; else names or paths of LoRA files with commas between them. Each may"
          + " have a colon and a weight: cells:0.8, ink. Names are found in the folder lora of"
          + " the models folder; a name with a comma stands in quotes.";

  /** The meaning of {@code prompt}. */
  public static final String PROMPT = "A description of the picture.";

  /** The meaning of {@code negative}. */
  public static final String NEGATIVE = "A description of things that should not be seen.";

  private static final double MIB = 1 << 20;
  private static final double GIB = 1 << 30;

  @Parameter(
      label = "Steps",
      description = STEPS,
      min = "1",
      attrs = {@Attr(name = Key.AFTER, value = "model"), @Attr(name = Key.ROW, value = "steps")})
  private int steps = 20;

  @Parameter(
      label = "Guidance",
      description =
          "How strictly the prompt is followed. 1 and below switch guidance off and halve the"
              + " time. Several numbers with commas between them are one for each step.",
      style = Key.NUMBERS_STYLE,
      attrs = @Attr(name = Key.ROW, value = "steps"))
  private String guidance = "4";

  @Parameter(
      label = "Scheduler",
      description = "The method that takes the steps.",
      style = Key.SCHEDULER_STYLE,
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.ROW, value = "hardware/scheduler")})
  private String scheduler = "dpmpp_2m_k";

  @Parameter(
      label = "Seed (−1: random)",
      description =
          "Equal seeds give equal pictures: 0…4294967295, or −1 to draw one, which the macro then"
              + " records. Of larger ones the lower 32 bits are used, as torch does; with rng=cuda"
              + " seeds count up to 2^63−1.",
      style = Key.SEED_STYLE,
      persist = false,
      attrs = {@Attr(name = Key.GENERATOR, value = "rng"), @Attr(name = Key.ROW, value = "seed")})
  private long seed = -1;

  @Parameter(
      label = "Clip skip",
      description = CLIP_SKIP,
      min = "1",
      max = "12",
      attrs = {
        @Attr(name = Key.AFTER, value = "device"),
        @Attr(name = Key.MORE),
        @Attr(name = Key.ROW, value = "reading")
      })
  private int clipskip = 1;

  @Parameter(
      label = "Brackets weigh words",
      description = WEIGHTING,
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.ROW, value = "reading")})
  private boolean weighting = true;

  @Parameter(
      label = "Type of the result",
      description = TYPE,
      choices = {"auto", "32-bit"},
      attrs = {
        @Attr(name = Key.ANEW),
        @Attr(name = Key.MORE),
        @Attr(name = Key.ROW, value = "answers")
      })
  private String type = "auto";

  @Parameter(
      label = "Tile (px)",
      description =
          "The side of the overlapping squares in which the model sees a large picture, one after"
              + " the other; best is the size the model was made for. 0 shows it the whole at"
              + " once.",
      min = "0",
      attrs = {
        @Attr(name = Key.MORE),
        @Attr(name = Key.ROW, value = "tiles"),
        @Attr(name = Key.ZERO, value = "off")
      })
  private int tile = 0;

  @Parameter(
      label = "Overlap (−1: half)",
      description =
          "How many pixels neighbouring tiles share: a multiple of 8 below tile, or −1 for half of"
              + " it. Less is faster; more hides the tiles better.",
      min = "-1",
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.ROW, value = "tiles")})
  private int overlap = -1;

  @Parameter(
      label = "Preview",
      description = PREVIEW,
      choices = {"off", "linear", "tiny", "decoded"},
      attrs = {
        @Attr(name = Key.MORE),
        @Attr(name = Key.ROW, value = "tiles/preview"),
        @Attr(name = Key.NOT_IN_INFO)
      })
  private String preview = "linear";

  @Parameter(
      label = "Class (−1: none)",
      description =
          "What a model draws that was trained with numbered classes instead of words: 0, 1, …; −1"
              + " for other models.",
      min = "-1",
      persist = false,
      attrs = {
        @Attr(name = Key.AFTER, value = "point"),
        @Attr(name = Key.MORE),
        @Attr(name = Key.MACRO, value = "class"),
        @Attr(name = Key.ROW, value = "tiles/preview")
      })
  private int classLabel = -1;

  @Parameter(
      label = "Guidance from (0…1)",
      description =
          "The part of the steps, 0…1, before which guidance is off. Such steps take half the"
              + " time.",
      min = "0",
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.ROW, value = "further/guide")})
  private double guidancefrom = 0;

  @Parameter(
      label = "to",
      description =
          "The part of the steps, guidancefrom…1, from which guidance is off again. The last steps"
              + " draw details, which need little of it.",
      min = "0",
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.ROW, value = "further/guide")})
  private double guidanceto = 1;

  @Parameter(
      label = "Guide",
      description =
          "How the predictions with and without the prompt are joined: cfg by their difference;"
              + " zero by what the one does not share with the other (CFG-Zero*); apg by the part"
              + " of the difference that changes the picture instead of its contrast (adaptive"
              + " projected guidance).",
      choices = {"cfg", "zero", "apg"},
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.ROW, value = "further/guide")})
  private String guide = "cfg";

  @Parameter(
      label = "Zero steps",
      description =
          "With guide=zero: the first steps that predict nothing; −1 for the usual number, which is"
              + " 1 for models of flow matching and 0 for others.",
      min = "-1",
      attrs = {
        @Attr(name = Key.MORE),
        @Attr(name = Key.ROW, value = "further/projected"),
        @Attr(name = Key.WHERE, value = "guide=zero")
      })
  private int zerosteps = Guide.ZeroStar.STEPS;

  @Parameter(
      label = "Momentum",
      description =
          "With guide=apg: the part of the last step's difference that is added to this one's;"
              + " below 0 it is taken away.",
      attrs = {
        @Attr(name = Key.MORE),
        @Attr(name = Key.ROW, value = "further/projected"),
        @Attr(name = Key.WHERE, value = "guide=apg")
      })
  private double momentum = -0.5;

  @Parameter(
      label = "Threshold",
      description =
          "With guide=apg: the largest norm of the difference over all latents; 0 for any. 15 is"
              + " for Stable Diffusion XL, 2.5 for smaller models.",
      min = "0",
      attrs = {
        @Attr(name = Key.MORE),
        @Attr(name = Key.ROW, value = "further/projected"),
        @Attr(name = Key.WHERE, value = "guide=apg")
      })
  private double threshold = 15;

  @Parameter(
      label = "Parallel",
      description =
          "With guide=apg: the weight of the part of the difference that changes the contrast; 1"
              + " keeps all of it, as cfg.",
      attrs = {
        @Attr(name = Key.MORE),
        @Attr(name = Key.ROW, value = "further/projected"),
        @Attr(name = Key.WHERE, value = "guide=apg")
      })
  private double parallel = 0;

  @Parameter(
      label = "Rescale (0…1)",
      description =
          "How far the contrast that guidance adds is taken back, 0…1: 1 keeps the standard"
              + " deviation of the prediction with the prompt.",
      min = "0",
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.ROW, value = "further/projected")})
  private double rescale = 0;

  @Parameter(
      label = "True guidance",
      description =
          "For models that were trained to need one half of guidance alone, as FLUX.1 dev: how far"
              + " the prediction with the prompt is taken from that with the negative one. 1"
              + " computes one half; more takes twice the time and uses the negative prompt.",
      min = "1",
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.ROW, value = "further/projected")})
  private double truecfg = 1;

  @Parameter(
      label = "Spacing",
      description =
          "Where the steps lie between noise and picture: model where the scheduler puts them;"
              + " others by rules of their own, which the page on schedulers explains.",
      style = Key.SPACING_STYLE,
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.ROW, value = "further/spacing")})
  private String spacing = Spacings.MODEL;

  @Parameter(
      label = "Cache (1: off)",
      description =
          "Of so many evaluations of the U-Net one is computed whole; the others take over its"
              + " inner states, in a part of the time, with a little error. Takes at least 8"
              + " steps.",
      min = "1",
      max = "20",
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.ROW, value = "further/cache")})
  private int cache = 1;

  @Parameter(
      label = "Cache from (0…1)",
      description = "The part of the steps, 0…1, before which all evaluations are whole.",
      min = "0",
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.ROW, value = "further/cache")})
  private double cachefrom = 0;

  @Parameter(
      label = "to",
      description =
          "The part of the steps, cachefrom…1, from which all evaluations are whole again.",
      min = "0",
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.ROW, value = "further/cache")})
  private double cacheto = 1;

  @Parameter(
      label = "Noise of",
      description =
          "Which generator draws the noise of a seed: torch as programs do on the CPU (diffusers,"
              + " ComfyUI); cuda as they do on NVIDIA's GPUs (AUTOMATIC1111).",
      choices = {"torch", "cuda"},
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.ROW, value = "further/fade")})
  private String rng = "torch";

  @Parameter(
      label = "Tiles fade into one another",
      description =
          "Each tile counts less towards its borders, over the overlap, so that they do not show."
              + " Without it all tiles over a pixel count alike.",
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.ROW, value = "further/fade")})
  private boolean fade = false;

  @Parameter(
      label = "Table of conditioning",
      description =
          "Models that take numbers instead of words: the title of an open table, whose rows they"
              + " take; empty for other models.",
      required = false,
      persist = false,
      attrs = {
        @Attr(name = Key.LAST),
        @Attr(name = Key.MORE),
        @Attr(name = Key.PART, value = Key.BOTTOM),
        @Attr(name = Key.WIDE),
        @Attr(name = Key.ROW, value = "steering")
      })
  private String conditioning = "";

  @Parameter(
      label = "ControlNet",
      description =
          "Empty for none; else ControlNets with commas between them. Each may have a colon and a"
              + " weight, @ and a part of the steps, = and the title or path of its image:"
              + " canny:0.8@0-0.6=edges.tif. Without an image it sees the active one. Names are"
              + " found in the folder controlnet of the models folder; a name with a comma stands"
              + " in quotes.",
      required = false,
      persist = false,
      attrs = {
        @Attr(name = Key.LAST),
        @Attr(name = Key.MORE),
        @Attr(name = Key.PART, value = Key.BOTTOM),
        @Attr(name = Key.WIDE),
        @Attr(name = Key.ROW, value = "steering")
      })
  private String control = "";

  @Parameter(
      label = "Embeddings",
      description = EMBEDDINGS,
      required = false,
      persist = false,
      attrs = {
        @Attr(name = Key.LAST),
        @Attr(name = Key.MORE),
        @Attr(name = Key.PART, value = Key.BOTTOM),
        @Attr(name = Key.WIDE),
        @Attr(name = Key.ROW, value = "additions")
      })
  private String embeddings = "";

  @Parameter(
      label = "LoRA",
      description = LORA,
      required = false,
      persist = false,
      attrs = {
        @Attr(name = Key.LAST),
        @Attr(name = Key.MORE),
        @Attr(name = Key.PART, value = Key.BOTTOM),
        @Attr(name = Key.WIDE),
        @Attr(name = Key.ROW, value = "additions")
      })
  private String lora = "";

  @Parameter(
      label = "Prompt",
      description = PROMPT,
      style = Key.TEXT_STYLE,
      required = false,
      attrs = {@Attr(name = Key.LAST), @Attr(name = Key.PART, value = Key.TOP)})
  private String prompt = Prompting.EXAMPLE;

  @Parameter(
      label = "Negative prompt",
      description = NEGATIVE,
      style = Key.TEXT_STYLE,
      required = false,
      attrs = {@Attr(name = Key.LAST), @Attr(name = Key.PART, value = Key.TOP)})
  private String negative = "";

  /** The LoRAs that stood in the prompt. */
  private List<String> pasted = List.of();

  /** The inputs as a request; its constructor checks them. */
  protected Request request() {
    return written().withPastedLoras();
  }

  private Request written() {
    return new Request(
        model(),
        vae(),
        encoders(),
        0,
        0,
        precision(),
        device(),
        new Sampling(steps, 1, scheduler, -1)
            .withSpacing(spacing)
            .withCache(new CacheOptions(cache, cachefrom, cacheto))
            .withRng(Rng.named(rng))
            .withSeed(used("seed", seed)),
        guidance(),
        new Prompting(
            prompt,
            negative,
            clipskip,
            weighting,
            classLabel,
            ConditioningTable.rows(conditioning),
            pasted),
        new Tiling(tile, overlap, fade),
        AddOns.of(this::text));
  }

  /**
   * Returns the part of a seed that the generator uses.
   *
   * @param key for messages
   * @throws IllegalArgumentException if it is no seed
   */
  final long used(String key, long value) {
    return Seed.used(key, BigInteger.valueOf(value), Rng.named(rng));
  }

  private GuidanceOptions guidance() {
    Guide.ZeroStar zero = new Guide.ZeroStar(zerosteps);
    Guide.Projected projected = new Guide.Projected(momentum, threshold, parallel);
    return new GuidanceOptions(
            GuidanceOptions.scales(guidance),
            guidancefrom,
            guidanceto,
            Guide.of(guide, zero, projected),
            rescale)
        .withTrueScale(truecfg);
  }

  @Override
  protected final PreviewKind preview() {
    return PreviewKind.of(preview);
  }

  @Override
  public void check() {
    Request request = request();
    request.guidance().require(request.steps());
    stacks();
    if (showsAttention() && request.prompting().prompt().isBlank()) {
      throw new IllegalArgumentException(
          "attention shows where the model looks for each word, but the prompt is empty. Write a"
              + " prompt, or leave attention out.");
    }
  }

  /** The time and memory that the run will take. */
  protected abstract Estimate expected(Estimates estimates) throws IOException;

  @Override
  protected final String estimate(Estimates estimates) throws IOException {
    return sentence(expected(estimates.withType(resultType())));
  }

  /** Returns the type of the results. */
  final ResultType resultType() {
    return ResultType.of(type);
  }

  /** Returns a sentence on an estimate. */
  public static String sentence(Estimate expected) {
    String memory =
        "at least " + size(expected.bytes()) + " of " + size(expected.present()) + " of memory";
    return Double.isNaN(expected.seconds())
        ? "Takes " + memory + "; time known after a first run."
        : "Takes about " + TimeLeft.text(expected.seconds()) + " and " + memory + ".";
  }

  @Override
  protected List<String> notes(Estimates estimates) throws IOException {
    List<String> notes = new ArrayList<>(promptNotes(request()));
    notes.addAll(expected(estimates.withType(resultType())).notes());
    return notes;
  }

  private static String size(double bytes) {
    return bytes < 0.95 * GIB
        ? String.format(Locale.ROOT, "%.0f MiB", bytes / MIB)
        : String.format(Locale.ROOT, "%.1f GiB", bytes / GIB);
  }

  @Override
  protected final Results work(ImageDiffusion images, Progress progress) throws IOException {
    String note =
        Seed.note(
            "seed", BigInteger.valueOf(seed), Rng.named(rng)); // a script may give such a seed
    if (!note.isEmpty()) {
      Info.log(inputs().call(key -> true), List.of(note));
    }
    record(request().withDrawnSeed());
    return sample(images.withType(resultType()), progress);
  }

  /** Keeps for the macro the seeds that were drawn, and LoRAs that stood in the prompt. */
  protected void record(Request drawn) {
    seed = drawn.seed();
    pasted = drawn.prompting().pasted();
    if (pasted.isEmpty()) return;
    prompt = drawn.prompting().prompt();
    lora = drawn.addOns().texts().get("lora");
  }

  @Override
  protected final String outcome() {
    return "seed " + seed;
  }

  /** Runs the four steps with a seed that is drawn. */
  protected abstract Results sample(ImageDiffusion images, Progress progress) throws IOException;
}
