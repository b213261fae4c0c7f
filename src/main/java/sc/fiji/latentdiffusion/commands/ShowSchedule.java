package sc.fiji.latentdiffusion.commands;

import ij.ImagePlus;
import ij.measure.ResultsTable;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
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
import sc.fiji.latentdiffusion.plugins.Schedulers;
import sc.fiji.latentdiffusion.progress.Progress;

/** Opens the plans of schedulers before a run: plots of the noise against the step, and a table. */
@Plugin(
    type = Command.class,
    label = "Show Schedule",
    description =
        "Plots sigma and ᾱ, the noise that each step of a scheduler meets, against the step, and"
            + " lists the numbers.",
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

  @Parameter(type = ItemIO.OUTPUT, label = "Alpha-bar by step")
  private ImagePlus alphas;

  @Parameter(type = ItemIO.OUTPUT, label = "Table")
  private ResultsTable table;

  @Override
  public void check() {
    request();
    names();
  }

  private Request request() {
    return Request.defaults().withModel(model()).withSteps(steps).withStrength(strength);
  }

  private List<String> names() {
    return scheduler.strip().equalsIgnoreCase(Key.ALL)
        ? Schedulers.names()
        : Arrays.stream(scheduler.split(",")).map(Schedulers::name).distinct().toList();
  }

  @Override
  protected Results work(ImageDiffusion images, Progress progress) throws IOException {
    Schedule schedule = images.tables().schedule(request(), scheduler.strip(), names());
    return Results.of(schedule.table(), Schedule.TABLE)
        .with(Results.RESULT, schedule.sigmas())
        .with("alphas", schedule.alphas());
  }
}
