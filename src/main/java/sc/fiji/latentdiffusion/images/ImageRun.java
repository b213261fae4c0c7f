package sc.fiji.latentdiffusion.images;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import sc.fiji.latentdiffusion.images.results.EvaluationLabel;
import sc.fiji.latentdiffusion.images.results.Preview;
import sc.fiji.latentdiffusion.images.results.StepStacks;
import sc.fiji.latentdiffusion.pipeline.Evaluated;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.progress.Progress;

/** Consumes the steps that one run yields: progress, cancel and stacks, then the picture. */
final class ImageRun {

  private final Run run;
  private final int slice;
  private final List<EvaluationLabel> parts;
  private final StepStacks stacks;
  private final Progress progress;
  private final Function<NDArray, Preview> previews;

  /**
   * Nothing is computed yet.
   *
   * @param slice of the result that the run makes, from 1
   * @param parts one for each evaluation
   * @param previews of predicted latents, to be made when they are wanted
   */
  ImageRun(
      Run run,
      int slice,
      List<EvaluationLabel> parts,
      StepStacks stacks,
      Progress progress,
      Function<NDArray, Preview> previews) {
    this.run = run;
    this.slice = slice;
    this.parts = parts;
    this.stacks = stacks;
    this.progress = progress;
    this.previews = previews;
  }

  /**
   * Makes all steps.
   *
   * @return the final latents, valid until the run is closed
   * @throws CancellationException if the user wants the run to stop
   */
  NDArray latents() {
    int done = 0;
    update(done);
    for (Evaluated evaluated : run) {
      if (done == 0) stacks.kept().add(slice, run);
      stacks.accept(evaluated);
      progress.preview(previews.apply(evaluated.predOriginalSample()));
      done++;
      if (done < run.size()) update(done);
    }
    progress.update(done, done, "Decoding");
    NDArray latents = run.latents();
    stacks.finish(latents);
    return latents;
  }

  private void update(int done) {
    int total = run.size();
    EvaluationLabel next = parts.get(done);
    progress.update(done, total, "Step " + next.step() + " of " + next.steps() + next.partLabel());
    if (progress.isCanceled()) {
      throw new CancellationException("Canceled after " + done + " of " + total + " steps.");
    }
  }
}
