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
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.images.results.StepStacks;
import sc.fiji.latentdiffusion.keys.MacroCall;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.pipeline.Start;
import sc.fiji.latentdiffusion.progress.Progress;

/** A picture made of words. */
final class TextToImageRun {

  private final MacroCall call;
  private final LatentDiffusion model;
  private final Request request;
  private final AddOnFiles addOns;
  private final Stacks which;
  private final ModelView viewport;

  /** Nothing is computed yet. */
  TextToImageRun(
      MacroCall call, LatentDiffusion model, Request request, AddOnFiles addOns, Stacks which) {
    this.call = call;
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
  Results made(Progress progress) throws IOException {
    try (NDManager manager = model.manager().newSubManager()) {
      LoadedAddOns added = addOns.loaded(model, viewport, frame(), null, manager);
      try (Run run = model.run(request, new Start.FromNoise(), added)) {
        return made(run, progress);
      }
    }
  }

  private Results made(Run run, Progress progress) throws IOException {
    Info.log(call, run.warnings());
    StepStacks stacks = new StepStacks(which, viewport::decode);
    List<EvaluationLabel> parts = EvaluationLabel.of(run.plan());
    stacks.begin("", parts);
    Info info = Info.of(call.with(run.request().resolved()), model, run.addOns()).put(run);
    try {
      new ImageRun(run, 1, parts, stacks, progress, viewport::preview).latents();
      ImagePlus result = new ImagePlus("Text to Image", viewport.picture(run.picture()));
      return info.appliedTo(Results.of(result).with(stacks(stacks)));
    } catch (CancellationException e) {
      info.put("partial", e.getMessage());
      return Partial.results(e, stacks(stacks), info);
    }
  }

  private Results stacks(StepStacks stacks) {
    Calibrated place = Calibrated.uncalibrated();
    return stacks.images(place, viewport.latentsPlace(place), 1);
  }
}
