package sc.fiji.latentdiffusion.hosts;

import ij.ImagePlus;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.scijava.ItemIO;
import org.scijava.plugin.Parameter;
import sc.fiji.latentdiffusion.addons.AddOns;
import sc.fiji.latentdiffusion.images.Estimates;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.library.Estimate;
import sc.fiji.latentdiffusion.pipeline.Request;

/** A command that runs the four steps and may open what happened at each of them. */
public abstract class SamplingCommand extends DiffusionCommand {

  private static final double MIB = 1 << 20;
  private static final double GIB = 1 << 30;

  @Parameter(type = ItemIO.OUTPUT, label = "Latents by step")
  private ImagePlus latentsteps;

  @Parameter(type = ItemIO.OUTPUT, label = "Noise by step")
  private ImagePlus noisesteps;

  @Parameter(type = ItemIO.OUTPUT, label = "Predicted latents by step")
  private ImagePlus predictedsteps;

  @Parameter(type = ItemIO.OUTPUT, label = "Images by step")
  private ImagePlus imagesteps;

  /** The inputs as a request; its constructor checks them. */
  protected abstract Request request();

  /** Returns the add-ons of a run, as the user wrote them. */
  protected static AddOns addOns(String control, String embeddings, String lora) {
    return AddOns.NONE.with("control", control).with("embeddings", embeddings).with("lora", lora);
  }

  @Override
  protected abstract String preview();

  /** What the run will take. */
  protected abstract Estimate expected(Estimates estimates) throws IOException;

  @Override
  protected final String estimate(Estimates estimates) throws IOException {
    Estimate expected = expected(estimates);
    String memory =
        "at least " + size(expected.bytes()) + " of " + size(expected.present()) + " of memory";
    return Double.isNaN(expected.seconds())
        ? "Takes " + memory + "; how long, a first run tells."
        : "Takes about " + TimeLeft.text(expected.seconds()) + " and " + memory + ".";
  }

  private static String size(double bytes) {
    return bytes < 0.95 * GIB
        ? String.format(Locale.ROOT, "%.0f MiB", bytes / MIB)
        : String.format(Locale.ROOT, "%.1f GiB", bytes / GIB);
  }

  /** Which stacks are to be opened. */
  protected abstract Stacks stacks();

  @Override
  public void check() {
    request();
    PreviewWindow.check(preview());
  }

  @Override
  protected final void keep(List<ImagePlus> results) {
    super.keep(results);
    latentsteps = titled("Latents by step", results);
    noisesteps = titled("Noise by step", results);
    predictedsteps = titled("Predicted latents by step", results);
    imagesteps = titled("Images by step", results);
  }

  @Override
  protected final boolean isWhole(List<ImagePlus> made) {
    return !made.get(0).getTitle().contains(" by step");
  }

  /** The stack of this title; null where it was not asked for, or no step was made. */
  private static ImagePlus titled(String title, List<ImagePlus> results) {
    return results.stream()
        .filter(imp -> imp.getTitle().startsWith(title))
        .findFirst()
        .orElse(null);
  }
}
