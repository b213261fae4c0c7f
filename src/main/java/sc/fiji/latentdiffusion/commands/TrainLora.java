/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.commands;

import ij.ImagePlus;
import ij.measure.ResultsTable;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Map;
import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.EncodingCommand;
import sc.fiji.latentdiffusion.hosts.ModelsFolder;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.hosts.SamplingCommand;
import sc.fiji.latentdiffusion.hosts.dialogs.DialogStart;
import sc.fiji.latentdiffusion.images.Estimates;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.ImageSubject;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.images.training.TrainingOptions;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.keys.Seed;
import sc.fiji.latentdiffusion.progress.Progress;
import sc.fiji.latentdiffusion.training.Recipe;

/** Teaches a model the look of the active image: trains a LoRA. */
@Plugin(
    type = Command.class,
    label = "Train LoRA",
    description =
        "Teaches a model the look of the active image or stack: trains a LoRA, which other commands"
            + " then name in lora. Escape, or closing the plot, stops it and keeps what it has"
            + " learned.",
    menuPath = "Plugins>Latent Diffusion>Train LoRA...",
    menuRoot = DiffusionCommand.MENU,
    headless = true,
    attrs = @Attr(name = Recording.OWN))
public final class TrainLora extends EncodingCommand {

  @Parameter(label = "Image", required = false)
  private ImagePlus image;

  @Parameter(
      label = "Steps",
      description = "How often the model is changed a little; with resume, those before included.",
      min = "1",
      max = "100000",
      attrs = {@Attr(name = Key.AFTER, value = "model"), @Attr(name = Key.ROW, value = "steps")})
  private int steps = 400;

  @Parameter(
      label = "Rank",
      description = "The size of the change: more learns more detail, and sooner by heart.",
      min = "1",
      max = "256",
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.ROW, value = "rank")})
  private int rank = 8;

  @Parameter(
      label = "Layers",
      description =
          "The layers that are changed: those of attention, or all of the denoiser's, convolutions"
              + " included.",
      choices = {"attention", "all"},
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.ROW, value = "rank")})
  private String layers = "attention";

  @Parameter(
      label = "Learn words",
      description = "Changes the text encoder, too, which a new word needs.",
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.ROW, value = "rank")})
  private boolean words = true;

  @Parameter(
      label = "Size of crops (px)",
      description =
          "The side of the squares that are cut from the image, or from its selection. 0 is the"
              + " model's own size.",
      min = "0",
      max = "8192",
      attrs = {
        @Attr(name = Key.MORE),
        @Attr(name = Key.ROW, value = "crops"),
        @Attr(name = Key.ZERO, value = "auto")
      })
  private int size = 0;

  @Parameter(
      label = "Crops",
      description =
          "How many squares are cut in all. 0 cuts four times as many as cover the pictures, or one"
              + " from each picture of just that size. Each tenth is held back, to test with.",
      min = "0",
      max = "1000000",
      attrs = {
        @Attr(name = Key.MORE),
        @Attr(name = Key.ROW, value = "crops"),
        @Attr(name = Key.ZERO, value = "auto")
      })
  private int crops = 0;

  @Parameter(
      label = "Batch",
      description = "Crops in a step. 0 is 8 of up to 128 pixels, else 1.",
      min = "0",
      max = "256",
      attrs = {
        @Attr(name = Key.MORE),
        @Attr(name = Key.ROW, value = "crops"),
        @Attr(name = Key.ZERO, value = "auto")
      })
  private int batch = 0;

  @Parameter(
      label = "Rate",
      description =
          "How far each step goes. 0 is 0.001 for the built-in model and 0.0001 for others.",
      min = "0",
      max = "1",
      stepSize = "0.0001",
      attrs = {
        @Attr(name = Key.MORE),
        @Attr(name = Key.ROW, value = "rate"),
        @Attr(name = Key.ZERO, value = "auto")
      })
  private double rate = 0;

  @Parameter(
      label = "Warm-up",
      description = "The first steps, in which the rate rises.",
      min = "0",
      max = "100000",
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.ROW, value = "rate")})
  private int warmup = 50;

  @Parameter(
      label = "Min-SNR",
      description =
          "The γ of min-SNR weights, 5 for example, which give steps of little noise less weight."
              + " 0 weighs all alike.",
      min = "0",
      attrs = {
        @Attr(name = Key.MORE),
        @Attr(name = Key.ROW, value = "rate"),
        @Attr(name = Key.ZERO, value = "off")
      })
  private double snr = 0;

  @Parameter(
      label = "Save and test every",
      description =
          "Every so many steps the LoRA is saved, a sample picture is made, and crops that are held"
              + " back are tested. 0 does so at the end only.",
      min = "0",
      attrs = @Attr(name = Key.ROW, value = "steps"))
  private int every = 100;

  @Parameter(
      label = "Turn and mirror the crops",
      description = "Shows crops in all eight orientations; not for pictures with an up and down.",
      attrs = @Attr(name = Key.ROW, value = "learned"))
  private boolean augment = true;

  @Parameter(
      label = "Captions",
      description =
          "The words that go with a picture: the prompt for all, or each slice's label (its first"
              + " line; the prompt where there is none).",
      choices = {"prompt", "labels"},
      attrs = {@Attr(name = Key.ROW, value = "learned"), @Attr(name = Key.USE, value = Key.STACK)})
  private String captions = "prompt";

  @Parameter(
      label = "Seed (−1: random)",
      description =
          "Equal seeds and images give equal LoRAs on one machine: 0…4294967295, or −1 to draw one,"
              + " which the macro then records; with resume, that of before.",
      style = Key.SEED_STYLE,
      persist = false,
      attrs = @Attr(name = Key.ROW, value = "learned"))
  private long seed = -1;

  @Parameter(
      label = "Replace a LoRA of this name",
      description = "Without it a name that exists is refused.",
      persist = false,
      attrs = {
        @Attr(name = Key.AFTER, value = "maximum"),
        @Attr(name = Key.MORE),
        @Attr(name = Key.PART, value = Key.BOTTOM),
        @Attr(name = Key.ROW, value = "resume")
      })
  private boolean overwrite = false;

  @Parameter(
      label = "Resume",
      description =
          "Empty, or the name of a LoRA that was trained here and goes on to more steps, with the"
              + " same image and settings.",
      required = false,
      persist = false,
      attrs = {
        @Attr(name = Key.LAST),
        @Attr(name = Key.MORE),
        @Attr(name = Key.PART, value = Key.BOTTOM),
        @Attr(name = Key.ROW, value = "resume")
      })
  private String resume = "";

  @Parameter(
      label = "Name",
      description = "The name of the LoRA, by which other commands find it, without ending.",
      persist = false,
      attrs = {@Attr(name = Key.LAST), @Attr(name = Key.PART, value = Key.BOTTOM)})
  private String name = "trained";

  @Parameter(
      label = "Prompt",
      description =
          "What the pictures show. A word that the model does not know becomes the word for them.",
      style = Key.TEXT_STYLE,
      required = false,
      attrs = {@Attr(name = Key.LAST), @Attr(name = Key.PART, value = Key.TOP)})
  private String prompt = "green nuclei";

  @Parameter(type = ItemIO.OUTPUT, label = "Training loss")
  private ImagePlus loss;

  @Parameter(type = ItemIO.OUTPUT, label = "Table")
  private ResultsTable table;

  private TrainingOptions options() {
    Recipe recipe =
        new Recipe(
            steps,
            rank,
            layers.equals("all"),
            words,
            size,
            crops,
            batch,
            rate,
            warmup,
            snr,
            augment,
            Seed.used("seed", BigInteger.valueOf(seed)));
    return new TrainingOptions(
        model(),
        vae(),
        encoders(),
        recipe,
        every,
        captions,
        precision(),
        device(),
        overwrite,
        resume,
        name,
        prompt);
  }

  @Override
  protected ImagePlus picture() {
    return image;
  }

  @Override
  protected boolean makesImage() {
    return false; // its result is a file
  }

  @Override
  public void check() {
    super.check();
    options();
  }

  @Override
  public void checkImage() {
    checkPicture(image);
  }

  @Override
  public DialogStart dialogStart(Map<String, String> chosen) {
    String free = TrainingOptions.freeName("trained", ModelsFolder.get());
    String subject = "Learns from " + ImageSubject.of(image) + ".";
    return new DialogStart(subject, Map.of(), Map.of("name", free));
  }

  @Override
  protected String estimate(Estimates estimates) throws IOException {
    checkImage();
    return SamplingCommand.sentence(estimates.training(image, options()));
  }

  @Override
  protected String outcome() {
    return "saved as " + name;
  }

  @Override
  protected Results work(ImageDiffusion images, Progress progress) throws IOException {
    TrainingOptions resolved = options().resolved(ModelsFolder.get());
    size = resolved.recipe().size();
    batch = resolved.recipe().batch();
    rate = resolved.recipe().rate();
    seed = resolved.recipe().seed();
    return images.trainLora(image, mapping(), resolved, progress);
  }
}
