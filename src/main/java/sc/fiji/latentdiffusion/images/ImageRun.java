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
  private final List<EvaluationLabel> parts;
  private final StepStacks stacks;
  private final Progress progress;
  private final Function<NDArray, Preview> previews;

  /**
   * Nothing is computed yet.
   *
   * @param parts one for each evaluation
   * @param previews of predicted latents, to be made when they are wanted
   */
  ImageRun(
      Run run,
      List<EvaluationLabel> parts,
      StepStacks stacks,
      Progress progress,
      Function<NDArray, Preview> previews) {
    this.run = run;
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
    int total = run.size();
    for (int done = 0; done < total; done++) {
      EvaluationLabel part = parts.get(done);
      update(done, total, "Step " + part.step() + " of " + part.steps() + part.partLabel());
      Evaluated evaluated = run.next();
      stacks.accept(evaluated);
      progress.preview(previews.apply(evaluated.predOriginalSample()));
    }
    progress.update(total, total, "Decoding");
    NDArray latents = run.latents();
    stacks.finish(latents);
    return latents;
  }

  private void update(int done, int total, String message) {
    progress.update(done, total, message);
    if (progress.isCanceled()) {
      throw new CancellationException("Canceled after " + done + " of " + total + " steps.");
    }
  }
}
