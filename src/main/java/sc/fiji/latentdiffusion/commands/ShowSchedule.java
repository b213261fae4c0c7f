package sc.fiji.latentdiffusion.commands;

import ij.ImagePlus;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.hosts.TableCommand;
import sc.fiji.latentdiffusion.hosts.Texts;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.tables.Schedule;
import sc.fiji.latentdiffusion.keys.SchedulersChoice;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.progress.Progress;

/** Opens what schedulers plan before a run: plots of the noise against the step, and a table. */
@Plugin(
    type = Command.class,
    label = "Show Schedule",
    description = "Plots how much noise each step of a scheduler meets, and lists its numbers.",
    menuPath = "Plugins>Latent Diffusion>Show Schedule...",
    headless = true,
    attrs = @Attr(name = Recording.OWN))
public final class ShowSchedule extends TableCommand {

  @Parameter(label = "Steps", description = Texts.STEPS, min = "1")
  private int steps = 20;

  @Parameter(label = "Strength", description = Texts.PART, min = "0", max = "1")
  private double strength = 1;

  @Parameter(label = "Scheduler", description = Texts.SCHEDULERS)
  private SchedulersChoice scheduler = new SchedulersChoice("dpmpp_2m_k");

  @Parameter(
      label = "Model",
      description = Texts.MODEL,
      style = MODEL_STYLE,
      required = false,
      persist = false)
  private String model = "";

  @Parameter(type = ItemIO.OUTPUT, label = "Alpha-bar by step")
  private ImagePlus alphas;

  @Override
  protected String title() {
    return Schedule.TABLE;
  }

  @Override
  public void check() {
    request();
    scheduler.names();
  }

  private Request request() {
    return Request.defaults().withModel(model).withSteps(steps).withStrength(strength);
  }

  @Override
  protected void eachText(UnaryOperator<String> change) {
    model = change.apply(model);
  }

  @Override
  protected List<ImagePlus> work(ImageDiffusion images, Progress progress) throws IOException {
    Schedule schedule = images.showSchedule(request(), scheduler.name().strip(), scheduler.names());
    alphas = schedule.alphas();
    keep(schedule.table());
    return List.of(schedule.sigmas(), schedule.alphas());
  }
}
