package sc.fiji.latentdiffusion.images;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ij.ImagePlus;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;

/** A picture made of words. */
final class TextPicture {

  private static final String LABEL = "Text to Image...";

  private final LatentDiffusion model;
  private final Request request;
  private final FoundAddOns addOns;
  private final Stacks which;
  private final Viewport viewport;

  /** Nothing is computed yet. */
  TextPicture(LatentDiffusion model, Request request, FoundAddOns addOns, Stacks which) {
    this.model = model;
    this.request = request.withNativeSize(model.nativeSize());
    this.addOns = addOns;
    this.which = which;
    viewport = Viewport.of(model, frame());
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
      LatentDiffusion added = addOns.addedTo(model, viewport, frame(), null, manager);
      try (Run run = added.textToImage(request)) {
        return made(run, added, progress);
      }
    }
  }

  private List<ImagePlus> made(Run run, LatentDiffusion added, Progress progress)
      throws IOException {
    Info.log(LABEL, run.warnings());
    StepStacks stacks = new StepStacks(which, viewport::decode);
    List<StepPart> parts = StepPart.of(run.plan());
    stacks.begin("", parts);
    Info info = Info.of(LABEL, MacroKeys.textToImage(run.request(), which), added).put(run);
    try {
      NDArray latents = new ImageRun(run, parts, stacks, progress, viewport::preview).latents();
      ImagePlus result = new ImagePlus("Text to Image", viewport.decode(latents));
      return Info.finished(result, stacks(stacks), info);
    } catch (CancellationException e) {
      info.put("partial", e.getMessage());
      return Partial.results(e, null, stacks(stacks), info);
    }
  }

  private List<ImagePlus> stacks(StepStacks stacks) {
    Place place = Place.uncalibrated();
    return stacks.images(place, viewport.latentsPlace(place), 1);
  }
}
