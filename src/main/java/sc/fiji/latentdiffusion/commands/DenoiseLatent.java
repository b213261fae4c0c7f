/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.commands;

import ij.ImagePlus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.hosts.SamplingCommand;
import sc.fiji.latentdiffusion.hosts.dialogs.DialogStart;
import sc.fiji.latentdiffusion.images.Estimates;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.ImageSubject;
import sc.fiji.latentdiffusion.images.results.LatentRun;
import sc.fiji.latentdiffusion.images.results.LatentStep;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.library.Estimate;
import sc.fiji.latentdiffusion.pipeline.StepRange;
import sc.fiji.latentdiffusion.progress.Progress;

/** Runs steps on the active latent image. */
@Plugin(
    type = Command.class,
    label = "Denoise Latent",
    description =
        "Continues a run from the latents in the active image's current frame, from one step to"
            + " another; or adds noise to latents first.",
    menuPath = "Plugins>Latent Diffusion>Denoise Latent...",
    menuRoot = DiffusionCommand.MENU,
    headless = true,
    attrs = @Attr(name = Recording.OWN))
public final class DenoiseLatent extends SamplingCommand {

  @Parameter(label = "Image", required = false)
  private ImagePlus image;

  @Parameter(
      label = "From step",
      description = "How many of the steps are done already; −1 reads it from the image.",
      min = "-1",
      persist = false,
      attrs = {
        @Attr(name = Key.AFTER, value = "steps"),
        @Attr(name = Key.ROW, value = "steps/range")
      })
  private int from = -1;

  @Parameter(
      label = "To step",
      description = "After how many steps to stop; −1 takes all of them.",
      min = "-1",
      persist = false,
      attrs = {@Attr(name = Key.ANEW), @Attr(name = Key.ROW, value = "steps/range")})
  private int to = -1;

  @Parameter(
      label = "Add noise first",
      description =
          "Adds the noise of the seed first, up to the level of that step. Not for latents that are"
              + " at that step already.",
      attrs = @Attr(name = Key.ROW, value = "steps"))
  private boolean noised = false;

  @Parameter(type = ItemIO.OUTPUT, label = "Picture")
  private ImagePlus picture;

  @Override
  public void checkImage() {
    checkLatent(image);
  }

  @Override
  public DialogStart dialogStart(Map<String, String> chosen) {
    LatentRun run = LatentRun.of(image);
    String subject = run.sentence(ImageSubject.ofLatents(image));
    return new DialogStart(subject, Map.of(), run.values(continued()));
  }

  private List<String> continued() {
    return inputs().keys().stream().filter(Key::isContinued).map(Key::name).toList();
  }

  @Override
  public Map<String, String> implied() {
    return image == null ? Map.of() : LatentRun.of(image).implied();
  }

  @Override
  protected List<String> notes(Estimates estimates) throws IOException {
    List<String> notes = new ArrayList<>(super.notes(estimates));
    notes.addAll(LatentStep.mismatches(image, request()));
    estimates.historyNote(image, request(), range()).ifPresent(notes::add);
    return notes;
  }

  private StepRange range() {
    return new StepRange(from, to, noised);
  }

  @Override
  protected Estimate expected(Estimates estimates) throws IOException {
    return estimates.denoiseLatent(image, request(), range());
  }

  @Override
  protected Results sample(ImageDiffusion images, Progress progress) throws IOException {
    return images.denoiseLatent(image, request(), range(), stacks(), progress);
  }
}
