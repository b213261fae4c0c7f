/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.sweep;

import ij.ImagePlus;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import sc.fiji.latentdiffusion.images.Estimates;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.results.AnswerStack;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.keys.MacroCall;
import sc.fiji.latentdiffusion.progress.Progress;

/** Runs all combinations of a sweep. */
public final class SweepRun {

  private static final String TITLE = "Sweep";

  private final SweepPlan plan;
  private final MacroCall call;

  /**
   * @param plan whose seeds are drawn
   * @param call of the sweep, with those seeds
   */
  public SweepRun(SweepPlan plan, MacroCall call) {
    this.plan = plan;
    this.call = call;
  }

  /**
   * Runs, or as far as there is time for.
   *
   * @return "Sweep", of the type of a single result: slices are the values of the first key, frames
   *     those of the second. A cancelled sweep gives the whole pictures so far, "(partial)" in the
   *     title
   * @throws IllegalArgumentException if the pictures exceed the memory, or a run refuses its inputs
   * @throws IOException if the model or an add-on can't be found or read
   * @throws CancellationException if the user cancels before a picture is finished
   */
  public Results made(ImageDiffusion images, Estimates estimates, Progress progress)
      throws IOException {
    plan.requireMemory(estimates);
    AnswerStack pictures = new AnswerStack(TITLE);
    try {
      for (int i = 0; i < plan.size(); i++) {
        Results one = plan.run(i).run(images, progress.part("Picture", i, plan.size()));
        pictures.add(one.get(Results.RESULT), plan.label(i));
      }
    } catch (CancellationException e) {
      if (pictures.size() == 0) throw e;
    }
    return Results.of(described(pictures));
  }

  private ImagePlus described(AnswerStack pictures) {
    int done = pictures.size();
    boolean wholeFrames = done % plan.sliceCount() == 0;
    ImagePlus image = pictures.image(wholeFrames ? done / plan.sliceCount() : 1);
    Info info = new Info(call);
    if (done < plan.size()) {
      image.setTitle(TITLE + " (partial)");
      info.put("partial", "canceled after " + done + " of " + plan.size() + " pictures");
    }
    info.applyTo(image);
    return image;
  }
}
