package sc.fiji.latentdiffusion.images;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ij.ImagePlus;
import ij.process.ColorProcessor;
import java.util.List;
import java.util.concurrent.CancellationException;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Run;

/** Consumes the steps that one run yields: progress, cancel and stacks, then the picture. */
final class ImageRun {

  private final LatentDiffusion model;
  private final Run run;
  private final Progress progress;
  private final StepStacks stacks;

  /**
   * Nothing is computed yet.
   *
   * @param region whose size the pictures have; the latents may cover more
   */
  ImageRun(LatentDiffusion model, Run run, Region region, Stacks stacks, Progress progress) {
    this.model = model;
    this.run = run;
    this.progress = progress;
    this.stacks = new StepStacks(stacks, run.plan(), latents -> decode(model, latents, region));
  }

  /**
   * Makes all steps, then the picture.
   *
   * @param target whose region is replaced by the picture, once all is well
   * @throws CancellationException if the user wants the run to stop
   */
  void into(Picture target) {
    List<StepPart> parts = StepPart.of(run.plan());
    int total = run.size();
    for (int done = 0; done < total; done++) {
      StepPart part = parts.get(done);
      update(done, total, "Step " + part.step() + " of " + part.steps() + part.partLabel());
      stacks.accept(run.next());
    }
    update(total, total, "Decoding");
    NDArray latents = run.latents();
    stacks.finish(latents);
    decode(model, latents, target);
  }

  private void update(int done, int total, String message) {
    progress.update(done, total, message);
    if (progress.isCanceled()) {
      throw new CancellationException("Canceled after " + done + " of " + total + " steps.");
    }
  }

  /** The stacks that were asked for, in order. */
  List<ImagePlus> stacks(Place picture) {
    return stacks.images(picture, model.factor());
  }

  /** The picture of latents, cropped to the size of a region. */
  static ColorProcessor decode(LatentDiffusion model, NDArray latents, Region region) {
    Picture picture = Picture.blank(region.width(), region.height());
    decode(model, latents, picture);
    return (ColorProcessor) picture.pixels();
  }

  private static void decode(LatentDiffusion model, NDArray latents, Picture target) {
    try (NDManager manager = model.manager().newSubManager()) {
      target.replace(model.decode(latents, manager));
    }
  }
}
