package sc.fiji.latentdiffusion.images;

import ai.djl.ndarray.NDArray;
import java.util.concurrent.CancellationException;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.pipeline.SamplingStep;

/** Consumes the steps that one run yields: progress, cancel and stacks, then the picture. */
final class ImageRun {

  private final Run run;
  private final StepStacks stacks;
  private final Progress progress;

  /** Nothing is computed yet. */
  ImageRun(Run run, StepStacks stacks, Progress progress) {
    this.run = run;
    this.stacks = stacks;
    this.progress = progress;
  }

  /**
   * Makes all steps.
   *
   * @return the final latents, valid until the run is closed
   * @throws CancellationException if the user wants the run to stop
   */
  NDArray latents() {
    int total = run.size();
    int done = 0;
    update(done, total, "Step 1 of " + total);
    while (run.hasNext()) {
      SamplingStep step = run.next();
      stacks.accept(step);
      update(++done, total, "Step " + Math.min(done + 1, total) + " of " + total);
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
