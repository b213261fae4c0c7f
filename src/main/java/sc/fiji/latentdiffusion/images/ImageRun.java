package sc.fiji.latentdiffusion.images;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ij.ImagePlus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.Function;
import sc.fiji.latentdiffusion.addons.LoadedAddOns;
import sc.fiji.latentdiffusion.images.inside.Insides;
import sc.fiji.latentdiffusion.images.pixels.Calibrated;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.results.EvaluationLabel;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.images.results.Preview;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.images.results.RunFrames;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.images.results.StepStacks;
import sc.fiji.latentdiffusion.keys.MacroCall;
import sc.fiji.latentdiffusion.pipeline.Answer;
import sc.fiji.latentdiffusion.pipeline.Evaluated;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.progress.Progress;

/**
 * Runs a model and makes the images of the runs: the result, the stacks of the evaluations, and the
 * Info of all. Each run makes a slice, or as many as its batch has answers; its tensors are freed
 * before the next one begins.
 */
final class ImageRun {

  private static final String PARTIAL = " (partial)";

  private final MacroCall call;
  private final LatentDiffusion model;
  private final AddOnFiles addOns;
  private final ImageStart start;
  private final StepStacks stacks;
  private final Insides insides;
  private final Preview.Display display;
  private Info info;
  private int done;
  private int evaluated;

  /**
   * @param call of the command, for the Info
   * @param model that runs
   * @param addOns of the runs
   * @param start of the runs
   * @param which stacks to make
   * @param display shows previews
   */
  ImageRun(
      MacroCall call,
      LatentDiffusion model,
      AddOnFiles addOns,
      ImageStart start,
      Stacks which,
      Preview.Display display) {
    this.call = call;
    this.model = model;
    this.addOns = addOns;
    this.start = start;
    this.display = display;
    stacks = new StepStacks(which);
    insides = new Insides(which.further(), start.view());
  }

  /**
   * Makes all runs, or as many as there is time for.
   *
   * @return the result, then the stacks; of a cancelled run the finished part, "(partial)" in the
   *     titles
   * @throws CancellationException if the user cancels before anything is finished
   * @throws IOException if an add-on can't be read
   */
  Results made(Progress progress) throws IOException {
    try {
      while (done < start.runs()) {
        int batch = Math.min(start.batch(), start.runs() - done);
        run(batch, part(progress));
        done += batch;
      }
    } catch (CancellationException e) {
      return partial(e);
    }
    start.describeResult(info);
    return info.appliedTo(results());
  }

  private Progress part(Progress progress) {
    int batch = start.batch();
    String unit = start.unit().substring(0, 1).toUpperCase(Locale.ROOT) + start.unit().substring(1);
    int parts = (start.runs() + batch - 1) / batch;
    return progress.part(batch > 1 ? "Batch" : unit, done / batch, parts);
  }

  private Results partial(CancellationException e) {
    Results finished = results();
    if (finished.all().isEmpty()) throw e;
    for (ImagePlus image : finished.all()) image.setTitle(image.getTitle() + PARTIAL);
    start.describeResult(info);
    String reason = String.format("canceled after %d of %d %ss", done, start.runs(), start.unit());
    return info.put("partial", start.runs() == 1 ? e.getMessage() : reason)
        .appliedTo(finished)
        .titled(finished.title() + PARTIAL);
  }

  private Results results() {
    ModelView view = start.view();
    Calibrated whole = start.calibration();
    boolean made = start.hasResult(done);
    Results result = made ? Results.of(start.result()).with(start.statistics()) : Results.NONE;
    Results all =
        result
            .with(stacks.images(view.calibrated(whole), view.latentsCalibrated(whole)))
            .with(insides.results(whole));
    return !made ? all : start.picture().map(p -> all.with(Results.PICTURE, p)).orElse(all);
  }

  private void run(int batch, Progress progress) throws IOException {
    try (NDManager memory = model.manager().newSubManager()) {
      LoadedAddOns loaded =
          addOns.loaded(model, start.view(done), start.frame(), start.position(done), memory);
      Request first = start.request(done);
      Request request = first.withSampling(first.sampling().withBatch(batch));
      try (Run run = model.run(request, start.start(done, memory), loaded)) {
        if (info == null) info = RunInfo.of(call, model, start, run);
        insides.prepare(run);
        if (run.size() > 0) run(run, progress);
        else for (int i = 0; i < batch; i++) start.skip(done + i);
      }
    }
  }

  private void run(Run run, Progress progress) {
    List<EvaluationLabel> labels = start.labels(run.plan());
    List<RunFrames> frames = new ArrayList<>();
    List<Consumer<Evaluated>> inside = new ArrayList<>();
    for (int i = 0; i < run.batch(); i++) {
      int index = done + i;
      frames.add(
          stacks.begin(start.label(index), labels, latents -> start.predicted(index, latents)));
      long seed = run.request().sampling().answer(i).seed();
      inside.add(
          insides.begin(
              new Insides.Place(index + 1, seed, start.slice(index), start.label(index), labels)));
    }
    Function<NDArray, Preview> previews = start.previews(done);
    int views = run.views().size();
    evaluated = 0;
    run.afterEachView(view -> update(progress, labels, view, views));
    update(progress, labels, 0, views);
    for (Evaluated results : run) {
      if (evaluated == 0) keepParts(run);
      for (int i = 0; i < run.batch(); i++) {
        frames.get(i).accept(results.answer(i));
        inside.get(i).accept(results.answer(i));
      }
      display.show(previews.apply(results.answer(0).predOriginalSample()));
      evaluated++;
      if (evaluated < run.size()) update(progress, labels, 0, views);
    }
    progress.update(evaluated, evaluated, "Decoding");
    List<Answer> answers = run.answers();
    for (int i = 0; i < run.batch(); i++) {
      frames.get(i).finish(answers.get(i).latents());
      start.finish(done + i, answers.get(i));
    }
  }

  private void keepParts(Run run) {
    for (int i = 0; i < run.batch(); i++) stacks.kept().add(done + i + 1, run.known(i));
  }

  private void update(Progress progress, List<EvaluationLabel> labels, int view, int views) {
    EvaluationLabel next = labels.get(evaluated);
    int total = labels.size();
    String step = "Step " + next.step() + " of " + next.steps() + next.partLabel();
    String part = view == 0 ? "" : String.format(", %d of %d views", view, views);
    progress.update((long) evaluated * views + view, (long) total * views, step + part);
    if (progress.mustStop()) {
      throw new CancellationException("Canceled after " + evaluated + " of " + total + " steps.");
    }
  }
}
