/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.commands;

import ij.ImagePlus;
import ij.measure.ResultsTable;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.ModelCommand;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.hosts.SamplingCommand;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.images.tables.Schedule;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.progress.Progress;
import sc.fiji.latentdiffusion.schedulers.named.Schedulers;
import sc.fiji.latentdiffusion.schedulers.named.Spacings;

/** Opens the plans of schedulers before a run: plots of the noise against the step, and a table. */
@Plugin(
    type = Command.class,
    label = "Show Schedule",
    description =
        "Plots sigma and ᾱ, the noise that each step of a scheduler meets, against the step, and"
            + " lists the numbers. Macros may name several models: model=[a,b].",
    menuPath = "Plugins>Latent Diffusion>Show Schedule...",
    menuRoot = DiffusionCommand.MENU,
    headless = true,
    attrs = @Attr(name = Recording.OWN))
public final class ShowSchedule extends ModelCommand {

  @Parameter(
      label = "Steps",
      description = SamplingCommand.STEPS,
      min = "1",
      attrs = @Attr(name = Key.AFTER))
  private int steps = 20;

  @Parameter(
      label = "Strength",
      description =
          "1 runs all steps, as in Text to Image; less runs the last part, as in Image to Image.",
      min = "0",
      max = "1",
      stepSize = "0.01",
      attrs = @Attr(name = Key.WIDE))
  private double strength = 1;

  @Parameter(
      label = "Scheduler",
      description =
          "The method that takes the steps; all compares every one. Macros may also name several:"
              + " scheduler=euler,euler_k.",
      style = Key.SCHEDULERS_STYLE)
  private String scheduler = "dpmpp_2m_k";

  @Parameter(
      label = "Spacing",
      description =
          "Where the steps lie; all compares every one that goes with the scheduler. Macros may"
              + " also name several: spacing=model,karras.",
      style = Key.SPACINGS_STYLE)
  private String spacing = Spacings.MODEL;

  @Parameter(type = ItemIO.OUTPUT, label = "Alpha-bar by step")
  private ImagePlus alphas;

  @Parameter(type = ItemIO.OUTPUT, label = "Table")
  private ResultsTable table;

  @Override
  public void check() {
    request();
    curves();
  }

  private Request request() {
    return Request.defaults().withModel(model()).withSteps(steps).withStrength(strength);
  }

  private List<Schedule.Choice> curves() {
    List<String> schedulers = names(scheduler, Schedulers.names(), Schedulers::name);
    List<String> spacings = names(spacing, Spacings.names(), Spacings::name);
    return schedulers.stream()
        .flatMap(one -> spacings.stream().map(other -> new Schedule.Choice(one, other)))
        .toList();
  }

  private static List<String> names(String text, List<String> all, UnaryOperator<String> nameOf) {
    return text.strip().equalsIgnoreCase(Key.ALL)
        ? all
        : Arrays.stream(text.split(",")).map(nameOf).distinct().toList();
  }

  @Override
  protected Results work(ImageDiffusion images, Progress progress) throws IOException {
    Schedule schedule = images.tables().schedule(request(), scheduler.strip(), curves());
    return Results.of(schedule.table(), Schedule.TABLE)
        .with(Results.RESULT, schedule.sigmas())
        .with("alphas", schedule.alphas());
  }
}
