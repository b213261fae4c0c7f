package sc.fiji.latentdiffusion.commands;

/** What the parameters mean, for tooltips and the dialogs' help; one sentence or two each. */
final class Texts {

  static final String MODEL =
      "Empty for the model that comes with the plugin; else the path of a model folder in"
          + " diffusers' layout, or the name of one in the models folder.";
  static final String LORA =
      "Empty for none; else names or paths of LoRA files with commas between them, each with or"
          + " without a colon and a weight: cells:0.8, ink. Names are found in the folder lora of"
          + " the models folder; one with a comma stands in quotes.";
  static final String SIZE =
      "Of the picture, in pixels: a multiple of 8, or 0 for the size that the model was made for.";
  static final String STEPS = "How many steps the noise is removed in. More is finer and slower.";
  static final String STRENGTH =
      "How much of the region is replaced by noise first: 0 changes nothing, 1 ignores it.";
  static final String GUIDANCE =
      "How strictly the prompt is followed. 1 and below switch guidance off and halve the time.";
  static final String PART =
      "Which of the steps run: 1 all, as in Text to Image; less the last ones, as in Image to"
          + " Image.";
  static final String SCHEDULER = "The method that takes the steps.";
  static final String SCHEDULERS =
      "The method that takes the steps; all compares every one. Macros may also name several:"
          + " scheduler=euler,euler_k.";
  static final String SEED =
      "Equal seeds give equal pictures: 0…4294967295, or −1 to have one drawn.";
  static final String PRECISION =
      "Of the computation; auto takes the fastest that this machine is good at.";
  static final String DEVICE = "Where to compute; auto takes a graphics card if there is one.";
  static final String LATENTS = "Opens the latents before every step, and the final ones.";
  static final String NOISE = "Opens the noise that the model predicted at every step.";
  static final String PREDICTED =
      "Opens the latents of the final picture as the model believed them to be at every step.";
  static final String DECODED = "Opens the picture as the model believed it to be at every step.";
  static final String PROMPT = "What the picture should show.";
  static final String NEGATIVE = "What the picture should not show.";

  private Texts() {}
}
