package sc.fiji.latentdiffusion.images;

import ai.djl.ndarray.NDManager;
import ij.ImagePlus;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import sc.fiji.latentdiffusion.addons.LoadedAddOns;
import sc.fiji.latentdiffusion.images.pixels.Calibrated;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.results.EvaluationLabel;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.images.results.StepStacks;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.pipeline.Start;
import sc.fiji.latentdiffusion.progress.Progress;

/** A picture made of words. */
final class TextToImageRun {

  private static final String LABEL = "Text to Image...";

  private final LatentDiffusion model;
  private final Request request;
  private final AddOnFiles addOns;
  private final Stacks which;
  private final ModelView viewport;

  /** Nothing is computed yet. */
  TextToImageRun(LatentDiffusion model, Request request, AddOnFiles addOns, Stacks which) {
    this.model = model;
    this.request = request.withNativeSize(model.nativeSize());
    this.addOns = addOns;
    this.which = which;
    viewport = ModelView.of(model, frame());
  }

  private Region frame() {
    return new Region(0, 0, request.width(), request.height());
  }

  /**
   * Makes it.
   *
   * @return the picture, then the stacks
   */
  List<ImagePlus> made(Progress progress) throws IOException {
    try (NDManager manager = model.manager().newSubManager()) {
      LoadedAddOns added = addOns.loaded(model, viewport, frame(), null, manager);
      try (Run run = model.run(request, new Start.FromNoise(), added)) {
        return made(run, progress);
      }
    }
  }

  private List<ImagePlus> made(Run run, Progress progress) throws IOException {
    Info.log(LABEL, run.warnings());
    StepStacks stacks = new StepStacks(which, viewport::decode);
    List<EvaluationLabel> parts = EvaluationLabel.of(run.plan());
    stacks.begin("", parts);
    Info info =
        Info.of(LABEL, MacroKeys.textToImage(run.request(), which), model, run.addOns()).put(run);
    try {
      new ImageRun(run, 1, parts, stacks, progress, viewport::preview).latents();
      ImagePlus result = new ImagePlus("Text to Image", viewport.picture(run.picture()));
      return Info.finished(result, stacks(stacks), info);
    } catch (CancellationException e) {
      info.put("partial", e.getMessage());
      return Partial.results(e, null, stacks(stacks), info);
    }
  }

  private List<ImagePlus> stacks(StepStacks stacks) {
    Calibrated place = Calibrated.uncalibrated();
    return stacks.images(place, viewport.latentsPlace(place), 1);
  }
}
