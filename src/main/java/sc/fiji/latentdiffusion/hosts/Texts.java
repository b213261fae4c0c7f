package sc.fiji.latentdiffusion.hosts;

/** What the parameters mean, for tooltips and the dialogs' help; one sentence or two each. */
public final class Texts {

  public static final String MODEL =
      "Empty for the model that comes with the plugin; else the path of a model – a single file,"
          + " or a folder in diffusers' layout –, or the name of one in the models folder.";
  public static final String CONTROL =
      "Empty for none; else ControlNets with commas between them, each with or without a colon and"
          + " a weight, @ and a part of the steps, and = and the title or path of the image it"
          + " sees: canny:0.8@0-0.6=edges.tif. Without it sees the active image. Names are found in"
          + " the folder controlnet of the models folder; one with a comma stands in quotes.";
  public static final String EMBEDDINGS =
      "Empty for none; else names or paths of textual inversions with commas between them, which"
          + " the prompts then may name as words. Names are found in the folder embeddings of the"
          + " models folder; one with a comma stands in quotes.";
  public static final String CHECKSUMS =
      "Reads all weights whose SHA-256 is not known yet, which takes some seconds a gigabyte.";
  public static final String FOLDER =
      "The folder in which models are found by name, from now on and in later sessions. Empty for"
          + " models/diffusion in ImageJ's folder.";
  public static final String ACCEPT =
      "Agrees to the download, whatever its size and licence. Without it a question says both.";
  public static final String REVISION =
      "A branch, tag or commit of the model; empty for its main branch. Others get a folder of"
          + " their own, name@revision.";
  public static final String VARIANT =
      "Which weights to take where there are several: fp16, for example, is half as large. Empty"
          + " for full precision. It gets a folder of its own, name.fp16.";
  public static final String HUB =
      "Address of the hub; empty for https://huggingface.co, or what the environment variable"
          + " HF_ENDPOINT says. Other hubs are not sent the access token.";
  public static final String NAME =
      "The model's name on the hub, owner/name, which is its name here, too; or a single file,"
          + " owner/name/file.safetensors; or the address of either.";
  public static final String LORA =
      "Empty for none; else names or paths of LoRA files with commas between them, each with or"
          + " without a colon and a weight: cells:0.8, ink. Names are found in the folder lora of"
          + " the models folder; one with a comma stands in quotes.";
  public static final String SIZE =
      "Of the picture, in pixels: a multiple of 8, or 0 for the size that the model was made for.";
  public static final String STEPS =
      "How many steps the noise is removed in. More is finer and slower.";
  public static final String STRENGTH =
      "How much of the region is replaced by noise first: 0 changes nothing, 1 ignores it.";
  public static final String GUIDANCE =
      "How strictly the prompt is followed. 1 and below switch guidance off and halve the time.";
  public static final String PART =
      "Which of the steps run: 1 all, as in Text to Image; less the last ones, as in Image to"
          + " Image.";
  public static final String SCHEDULER = "The method that takes the steps.";
  public static final String SCHEDULERS =
      "The method that takes the steps; all compares every one. Macros may also name several:"
          + " scheduler=euler,euler_k.";
  public static final String SEED =
      "Equal seeds give equal pictures: 0…4294967295, or −1 to have one drawn.";
  public static final String PRECISION =
      "Of the computation; auto takes the fastest that this machine is good at.";
  public static final String DEVICE =
      "Where to compute; auto takes a graphics card if there is one.";
  public static final String FROM =
      "How many of the steps are done already; −1 for what the image says of itself.";
  public static final String TO = "After how many steps to stop; −1 to take all of them.";
  public static final String NOISED =
      "Adds the noise of the seed first, as much as belongs to the step. Not for latents that are"
          + " at that step already.";
  public static final String FEATHER =
      "Width of the soft edge inside the selection, over which the result fades into the image.";
  public static final String CONTEXT =
      "How many pixels around the selection the model sees, so that the result fits in.";
  public static final String SCALE =
      "Lets the model work at the size it was made for, and resamples the result back.";
  public static final String CHANNELS =
      "Of a composite: the numbers of the channels that are red, green and blue, as in 1,2,3;"
          + " 0 for none, one alone as grey. Empty for the first three.";
  public static final String INTENSITY =
      "Which values are black and white to the model: the display range, the full range of the"
          + " type (of the values, for 32 bit), or the minimum and maximum given here.";
  public static final String MINIMUM =
      "The value that is black to the model, where intensity is given; else 0.";
  public static final String MAXIMUM =
      "The value that is white to the model, where intensity is given; else 255.";
  public static final String SLICES =
      "Of a stack: the current slice, or all of them, one after the other.";
  public static final String SEEDS =
      "Whether all slices begin with the same noise, or each with the next seed's.";
  public static final String PREVIEW =
      "Shows the picture while it becomes, in a window whose closing stops the run: by the latents'"
          + " colours (linear), which costs no time, by a small decoder in the models folder (tiny:"
          + " taesd, taesdxl), or decoded, both as often as a quarter of the time allows.";
  public static final String LATENTS = "Opens the latents before every step, and the final ones.";
  public static final String NOISE = "Opens the noise that the model predicted at every step.";
  public static final String PREDICTED =
      "Opens the latents of the final picture as the model believed them to be at every step.";
  public static final String DECODED =
      "Opens the picture as the model believed it to be at every step.";
  public static final String CLIPSKIP =
      "At which layer of the text encoder, counted from its last, the words are read: 1 the last.";
  public static final String WEIGHTING =
      "Reads (word), [word] and (word:1.3) as more or less weight, and BREAK as a new block of"
          + " tokens; a backslash before a bracket makes it a character.";
  public static final String PROMPT = "What the picture should show.";
  public static final String NEGATIVE = "What the picture should not show.";

  private Texts() {}
}
