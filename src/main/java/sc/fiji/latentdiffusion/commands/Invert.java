/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.commands;

import ij.ImagePlus;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.LatentsCommand;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.hosts.SamplingCommand;
import sc.fiji.latentdiffusion.hosts.dialogs.DialogStart;
import sc.fiji.latentdiffusion.images.Estimates;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.results.PreviewKind;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.pipeline.Prompting;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.progress.Progress;

/** Finds the noise of which a model makes the active image. */
@Plugin(
    type = Command.class,
    label = "Invert",
    description =
        "Finds the noise of which the model makes the active picture, or its selection, or the"
            + " active latents, by DDIM backwards. Denoise Latent goes on from it.",
    menuPath = "Plugins>Latent Diffusion>Invert...",
    menuRoot = DiffusionCommand.MENU,
    headless = true,
    attrs = @Attr(name = Recording.OWN))
public final class Invert extends LatentsCommand {

  @Parameter(
      label = "Steps",
      description =
          "How many times noise is added. The way back takes as many; more are closer to the"
              + " picture.",
      min = "1",
      attrs = {@Attr(name = Key.AFTER, value = "model"), @Attr(name = Key.ROW, value = "steps")})
  private int steps = 50;

  @Parameter(
      label = "Guidance",
      description =
          "How strictly the prompt is followed. Above 1 the way back to the picture is often"
              + " lost.",
      min = "0",
      stepSize = "0.5",
      attrs = @Attr(name = Key.ROW, value = "steps"))
  private double guidance = 1;

  @Parameter(
      label = "Error of the way back",
      description =
          "Also goes the way back, and opens what its latents differ by from those of the picture.",
      attrs = {@Attr(name = Key.AFTER, value = "maximum"), @Attr(name = Key.WINDOW)})
  private boolean error = false;

  @Parameter(
      label = "Preview",
      description = SamplingCommand.PREVIEW,
      choices = {"off", "linear", "tiny", "decoded"},
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.NOT_IN_INFO)})
  private String preview = "linear";

  @Parameter(
      label = "Latents",
      description = "Opens the latents before every step, and the final ones.",
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.PART, value = Key.STACKS)})
  private boolean latents = false;

  @Parameter(
      label = "Noise",
      description = "Opens the noise that the model predicts at every step.",
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.PART, value = Key.STACKS)})
  private boolean noise = false;

  @Parameter(
      label = "Predicted latents",
      description = "Opens the latents of the picture as predicted at every step.",
      attrs = {@Attr(name = Key.MORE), @Attr(name = Key.PART, value = Key.STACKS)})
  private boolean predicted = false;

  @Parameter(
      label = "Prompt",
      description = SamplingCommand.PROMPT,
      style = Key.TEXT_STYLE,
      required = false,
      attrs = {@Attr(name = Key.LAST), @Attr(name = Key.PART, value = Key.TOP)})
  private String prompt = Prompting.EXAMPLE;

  @Parameter(type = ItemIO.OUTPUT, label = "Inversion error")
  private ImagePlus errorlatents;

  @Parameter(type = ItemIO.OUTPUT, label = "Latents by step")
  private ImagePlus latentsteps;

  @Parameter(type = ItemIO.OUTPUT, label = "Noise by step")
  private ImagePlus noisesteps;

  @Parameter(type = ItemIO.OUTPUT, label = "Predicted latents by step")
  private ImagePlus predictedsteps;

  private Request request() {
    return readingRequest()
        .withSteps(steps)
        .withGuidance(guidance)
        .withPrompt(prompt, "")
        .withPastedLoras();
  }

  @Override
  public void check() {
    super.check();
    request();
  }

  @Override
  public DialogStart dialogStart(Map<String, String> chosen) {
    return DialogStart.of("Inverts " + subject() + ".");
  }

  @Override
  protected String estimate(Estimates estimates) throws IOException {
    return SamplingCommand.sentence(estimates.invert(picture(), request(), error));
  }

  @Override
  protected PreviewKind preview() {
    return PreviewKind.of(preview);
  }

  @Override
  protected List<String> notes(Estimates estimates) throws IOException {
    return promptNotes(request());
  }

  @Override
  protected Results work(ImageDiffusion images, Progress progress) throws IOException {
    Stacks stacks = new Stacks(latents, noise, predicted, false);
    Request request = request();
    prompt = request.prompting().prompt(); // without LoRAs, as it is recorded
    recordLoras(request);
    return images.invert(picture(), mapping(), request, stacks, error, progress);
  }
}
