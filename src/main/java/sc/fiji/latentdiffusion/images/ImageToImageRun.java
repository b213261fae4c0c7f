package sc.fiji.latentdiffusion.images;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ij.ImagePlus;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import sc.fiji.latentdiffusion.addons.LoadedAddOns;
import sc.fiji.latentdiffusion.images.pixels.Calibrated;
import sc.fiji.latentdiffusion.images.pixels.Channels;
import sc.fiji.latentdiffusion.images.pixels.Copies;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.pixels.Picture;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.Selection;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.images.results.EvaluationLabel;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.images.results.Inset;
import sc.fiji.latentdiffusion.images.results.Preview;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.images.results.StepStacks;
import sc.fiji.latentdiffusion.keys.MacroCall;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.pipeline.Start;
import sc.fiji.latentdiffusion.progress.Progress;

/**
 * One image made over, slice by slice: a slice's tensors are freed before the next one's are made.
 */
final class ImageToImageRun {

  private final MacroCall call;
  private final ImagePlus input;
  private final Request request;
  private final ImageToImageOptions editing;
  private final AddOnFiles addOns;
  private final Stacks which;
  private final Selection selection;
  private final Region seen;
  private final Channels channels;
  private final List<Slices.Position> positions;
  private final ImagePlus result;
  private ModelView viewport;
  private StepStacks stacks;
  private Info info;
  private int done;

  /**
   * Nothing is computed yet.
   *
   * @throws IllegalArgumentException if the image or its selection can't be worked on so
   */
  ImageToImageRun(
      MacroCall call,
      ImagePlus input,
      Request request,
      ImageToImageOptions editing,
      AddOnFiles addOns,
      Stacks which) {
    Picture.check(input);
    this.call = call;
    this.input = input;
    this.request = request.withDrawnSeed();
    this.editing = editing;
    this.addOns = addOns;
    this.which = which;
    selection = Selection.of(input, editing.focus().feather());
    seen = editing.focus().seen(selection.bounds(), frame());
    channels = Channels.of(input, editing.reading());
    positions = editing.slices().positions(input);
    result = Copies.of(input, "Image to Image");
  }

  /**
   * Makes over all positions, or as many as there is time for.
   *
   * @return the result, then the stacks of steps
   * @throws CancellationException if it was stopped before anything was finished
   */
  Results made(LatentDiffusion model, Progress progress) throws IOException {
    viewport = ModelView.of(model, seen, editing.focus());
    stacks = new StepStacks(which, viewport::decode);
    try {
      while (done < positions.size()) {
        make(model, positions.get(done), progress.part("Slice", done, positions.size()));
        done++;
      }
    } catch (CancellationException e) {
      Results finished = done == 0 ? stacks() : Results.of(result).with(stacks());
      return Partial.results(e, finished, info.put("partial", told()));
    }
    return info.appliedTo(Results.of(result).with(stacks()));
  }

  private Region frame() {
    return new Region(0, 0, input.getWidth(), input.getHeight());
  }

  private String told() {
    return String.format("canceled after %d of %d slices", done, positions.size());
  }

  private Results stacks() {
    Calibrated image = Calibrated.of(result);
    return stacks.images(viewport.place(image), viewport.latentsPlace(image), positions.size());
  }

  private void make(LatentDiffusion model, Slices.Position at, Progress progress)
      throws IOException {
    Picture picture = channels.picture(result, at, selection, seen);
    Request own = editing.slices().request(request, done);
    try (NDManager manager = model.manager().newSubManager()) {
      LoadedAddOns added = addOns.loaded(model, viewport, frame(), shared(at), manager);
      Start start = new Start.FromPicture(viewport.tensor(picture, manager), mask(manager));
      try (Run run = model.run(own, start, added)) {
        describe(model, run);
        if (run.size() > 0) make(run, picture, at, progress);
      }
    }
  }

  /** The position of control images; of a single slice that is made over it is their own. */
  private Slices.Position shared(Slices.Position at) {
    return editing.slices().isCurrent() ? null : at;
  }

  private void make(Run run, Picture picture, Slices.Position at, Progress progress) {
    List<EvaluationLabel> parts = EvaluationLabel.of(run.plan());
    stacks.begin(positions.size() > 1 ? "slice " + (done + 1) : "", parts);
    new ImageRun(run, done + 1, parts, stacks, progress, previews(at)).latents();
    viewport.put(run.picture(), picture);
  }

  /** Of the slice as a whole, if it is not too large, made when the first is wanted. */
  private Function<NDArray, Preview> previews(Slices.Position at) {
    Region whole = frame();
    if (!Inset.isPossible(whole)) {
      return viewport::preview;
    }
    Picture slice = channels.picture(result, at, Selection.all(whole), whole);
    Inset inset = new Inset(() -> viewport.colours(slice, whole), selection, seen);
    return latents -> inset.around(viewport.preview(latents));
  }

  /** How much each latent pixel may change; empty if all may change. */
  private Optional<NDArray> mask(NDManager manager) {
    return selection.covers(seen)
        ? Optional.empty()
        : Optional.of(viewport.mask(selection, manager));
  }

  /** Once, by the first run: the others differ by their seed alone. */
  private void describe(LatentDiffusion model, Run run) throws IOException {
    if (info != null) {
      return;
    }
    Info.log(call, run.warnings());
    info =
        Info.of(
                call.with(run.request().resolved()).with(editing.reading().resolved()),
                model,
                run.addOns())
            .put(run)
            .put(input, selection.bounds(), viewport, channels);
    if (run.size() == 0) {
      noteUnchanged();
    }
  }

  private void noteUnchanged() {
    String note =
        String.format(
            "Strength %s of %d steps leaves no step: the result equals the input.",
            Info.number(request.strength()), request.steps());
    Info.log(call, List.of(note));
    info.put("note", note);
  }
}
