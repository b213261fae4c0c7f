/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.commands;

import ij.ImagePlus;
import java.io.IOException;
import java.util.Map;
import org.scijava.command.Command;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.InnerAnswers;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.hosts.sweep.SweepPlan;
import sc.fiji.latentdiffusion.hosts.sweep.SweepRun;
import sc.fiji.latentdiffusion.images.Estimates;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.keys.MacroCall;
import sc.fiji.latentdiffusion.progress.Progress;

/** Runs a command over values of one or two of its keys. */
@Plugin(
    type = Command.class,
    label = "Sweep",
    description =
        "Runs Text to Image, or Image to Image of the active image, over values of one or two keys:"
            + " one hyperstack, with a slice for each value of the first and a frame for each of"
            + " the second.",
    menuPath = "Plugins>Latent Diffusion>Sweep...",
    menuRoot = DiffusionCommand.MENU,
    headless = true,
    attrs = @Attr(name = Recording.OWN))
public final class Sweep extends DiffusionCommand {

  @Parameter(label = "Image", required = false)
  private ImagePlus image;

  @Parameter(
      label = "Command",
      description = "Text to Image, or Image to Image of the active image.",
      choices = {"text", "image"},
      attrs = @Attr(name = Key.AFTER, value = ""))
  private String command = "text";

  @Parameter(
      label = "Key of the slices",
      description =
          "A key of that command whose values are a number, a choice or true and false, as macros"
              + " name it.",
      attrs = @Attr(name = Key.ROW, value = "slices"))
  private String key = "guidance";

  @Parameter(
      label = "Values",
      description =
          "The values, with commas between them. Numbers may be first:last:step: 0.2:0.8:0.2 is"
              + " 0.2,0.4,0.6,0.8.",
      attrs = @Attr(name = Key.ROW, value = "slices"))
  private String values = "1,4,8";

  @Parameter(
      label = "Key of the frames",
      description = "A second key; empty for none.",
      required = false,
      attrs = @Attr(name = Key.ROW, value = "frames"))
  private String key2 = "";

  @Parameter(
      label = "Values",
      description = "The values of the second key; empty for none.",
      required = false,
      attrs = @Attr(name = Key.ROW, value = "frames"))
  private String values2 = "";

  @Parameter(
      label = "Options",
      description =
          "The command's other keys as in a macro: steps=10 prompt=[many green nuclei]. Keys that"
              + " are not named have their defaults; one seed is drawn for all pictures if none is"
              + " named.",
      required = false,
      attrs = @Attr(name = Key.WIDE))
  private String options = "";

  private SweepPlan.Asked asked;

  private SweepPlan plan;

  private boolean repaints() {
    return command.equals("image");
  }

  private SweepPlan plan() {
    SweepPlan.Asked now = new SweepPlan.Asked(command, key, values, key2, values2, options);
    if (!now.equals(asked)) plan = plan(now);
    asked = now;
    return plan;
  }

  private SweepPlan plan(SweepPlan.Asked now) {
    InnerAnswers inner =
        repaints()
            ? new InnerAnswers(ImageToImage.class, service(), image)
            : new InnerAnswers(TextToImage.class, service(), null);
    return new SweepPlan(inner, now);
  }

  @Override
  public void check() {
    inputs().check();
    plan();
  }

  @Override
  public void checkImage() {
    if (repaints()) checkPicture(image);
  }

  @Override
  protected String estimate(Estimates estimates) throws IOException {
    checkImage();
    return plan().estimate(estimates);
  }

  @Override
  protected String device() {
    return plan().device();
  }

  @Override
  protected Results work(ImageDiffusion images, Progress progress) throws IOException {
    SweepPlan drawn = plan();
    MacroCall call = inputs().call(Key::isInInfo);
    options = drawn.drawn(); // with the seed that is recorded
    SweepRun run = new SweepRun(drawn, call.with(Map.of("options", options)));
    return run.made(images, service().estimates(), progress);
  }
}
