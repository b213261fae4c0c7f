package sc.fiji.latentdiffusion.images;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ij.ImagePlus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import sc.fiji.latentdiffusion.addons.LoadedAddOns;
import sc.fiji.latentdiffusion.images.pixels.Calibrated;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.results.EvaluationLabel;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.images.results.KeptParts;
import sc.fiji.latentdiffusion.images.results.LatentImages;
import sc.fiji.latentdiffusion.images.results.LatentStep;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.images.results.StepStacks;
import sc.fiji.latentdiffusion.keys.MacroCall;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.pipeline.Start;
import sc.fiji.latentdiffusion.pipeline.StepRange;
import sc.fiji.latentdiffusion.progress.Progress;

/** Steps of a run on the latents in an image. */
final class DenoiseRun {

  private final MacroCall call;
  private final ImagePlus latent;
  private final LatentDiffusion model;
  private final Request request;
  private final StepRange range;
  private final AddOnFiles addOns;
  private final Stacks which;
  private final ModelView viewport;
  private final Calibrated place;

  /**
   * Nothing is computed yet.
   *
   * @throws IllegalArgumentException if the image does not say at which step it is, nor the range
   */
  DenoiseRun(
      MacroCall call,
      ImagePlus latent,
      LatentDiffusion model,
      Request request,
      StepRange range,
      AddOnFiles addOns,
      Stacks which) {
    LatentImages.check(latent, model.latentChannels());
    this.call = call;
    this.latent = latent;
    this.model = model;
    this.request = request;
    int from = range.from() == -1 ? beginning() : range.from();
    int begun = Math.min(from, LatentStep.begun(latent));
    this.range = new StepRange(from, range.to(), range.noised(), begun);
    this.addOns = addOns;
    this.which = which;
    Region pixels = Region.decoded(latent.getWidth(), latent.getHeight(), model.factor());
    viewport = ModelView.of(model, pixels);
    place = Calibrated.of(latent).scaled(1.0 / model.factor());
  }

  private int beginning() {
    LatentStep step =
        LatentStep.of(latent)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "The image does not say at which step its latents are. Give from: the"
                            + " number of steps that are done; for latents of a picture, tick"
                            + " noised, too."));
    if (step.done() == step.steps() && step.done() >= request.steps()) {
      throw new IllegalArgumentException(
          String.format(
              "All %d steps of these latents are done. Decode them (Decode Latent…), or give from,"
                  + " and tick noised, to repeat some of them.",
              step.steps()));
    }
    return step.done();
  }

  /**
   * Makes the steps.
   *
   * @return the latents, then the stacks
   */
  Results made(Progress progress) throws IOException {
    List<String> notes = LatentStep.strangers(latent, model, request);
    try (NDManager manager = model.manager().newSubManager()) {
      LoadedAddOns added = addOns.loaded(model, viewport, viewport.seen(), null, manager);
      try (Run run = model.run(request, start(manager, notes), added)) {
        return made(run, info(run, notes), progress);
      }
    }
  }

  private Results made(Run run, Info info, Progress progress) {
    int steps = request.steps();
    List<EvaluationLabel> parts = EvaluationLabel.of(run.plan(), range.from(), steps);
    StepStacks stacks = new StepStacks(which, viewport::decode);
    stacks.begin("", parts);
    try {
      NDArray latents = new ImageRun(run, 1, parts, stacks, progress, viewport::preview).latents();
      int done = range.to() == -1 ? steps : range.to();
      ImagePlus result = LatentImages.of("Denoised", latents, LatentStep.label(done, steps));
      viewport.latentsPlace(place).applyTo(result);
      stacks.kept().applyTo(result);
      return info.appliedTo(Results.of(result).with(stacks(stacks)));
    } catch (CancellationException e) {
      return Partial.results(e, stacks(stacks), info.put("partial", e.getMessage()));
    }
  }

  private Start start(NDManager manager, List<String> notes) {
    NDArray tensor = LatentImages.tensor(latent, model.latentChannels(), manager);
    return new Start.FromLatents(tensor, range, KeptParts.of(latent, model, manager, notes));
  }

  private Results stacks(StepStacks stacks) {
    return stacks.images(viewport.place(place), viewport.latentsPlace(place), 1);
  }

  private Info info(Run run, List<String> strangers) throws IOException {
    List<String> notes = new ArrayList<>(run.warnings());
    notes.addAll(strangers);
    Info.log(call, notes);
    MacroCall resolved = call.with(run.request().resolved()).with(Map.of("from", range.from()));
    return Info.of(resolved, model, run.addOns())
        .putWarnings(notes)
        .putSteps(run)
        .put("input", latent.getTitle())
        .put("frame", latent.getFrame());
  }
}
