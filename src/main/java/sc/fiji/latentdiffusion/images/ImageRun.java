/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import ai.djl.ndarray.NDManager;
import ij.ImagePlus;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import sc.fiji.latentdiffusion.addons.LoadedAddOns;
import sc.fiji.latentdiffusion.images.addons.AddOnFiles;
import sc.fiji.latentdiffusion.images.inside.Insides;
import sc.fiji.latentdiffusion.images.pixels.Calibrated;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.images.results.Preview;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.images.results.StepStacks;
import sc.fiji.latentdiffusion.keys.MacroCall;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Lockstep;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.progress.Progress;
import sc.fiji.latentdiffusion.sampler.Evaluated;

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
   * Makes all runs, or as many as there is time for. Slices in lockstep are all made, or none.
   *
   * @return the result, then the stacks; of a cancelled run the finished part, "(partial)" in the
   *     titles
   * @throws CancellationException if the user cancels before anything is finished
   * @throws IOException if an add-on can't be read
   */
  Results made(Progress progress) throws IOException {
    try {
      while (done < start.runs()) {
        if (start.coherence() > 0) {
          lockstep(progress);
        } else {
          int batch = Math.min(start.batch(), start.runs() - done);
          run(batch, part(progress));
          done += batch;
        }
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
    if (start.coherence() > 0) throw e;
    Results finished = results();
    if (finished.all().isEmpty()) throw e;
    for (ImagePlus image : finished.all()) image.setTitle(image.getTitle() + PARTIAL);
    start.describeResult(info);
    String reason = String.format("canceled after %d of %d %ss", done, start.runs(), start.unit());
    return info.put("partial", start.runs() == 1 ? e.getMessage() : reason)
        .appliedTo(finished)
        .titled(PARTIAL);
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
    try (OpenRun one = open(done, batch)) {
      evaluate(one, progress);
      one.finish();
    }
  }

  private void evaluate(OpenRun one, Progress progress) {
    int evaluations = one.run().size();
    update(one, progress, 0);
    one.run().afterEachView(view -> update(one, progress, view));
    for (Evaluated results : one.run()) {
      one.accept(results);
      display.show(one.preview(results));
      if (one.evaluated() < evaluations) update(one, progress, 0);
    }
    if (evaluations > 0) progress.update(evaluations, evaluations, "Decoding");
  }

  /** Opens the only run, for others to be computed with it. */
  OpenRun open() throws IOException {
    return open(0, 1);
  }

  /** Computes the only run, which is open, alone. */
  Results alone(OpenRun one, Progress progress) {
    evaluate(one, progress);
    return finished(one);
  }

  /** Returns the results of the only run, which is at its end. */
  Results finished(OpenRun one) {
    one.finish();
    done = 1;
    start.describeResult(info);
    return info.appliedTo(results());
  }

  private OpenRun open(int index, int batch) throws IOException {
    NDManager memory = model.manager().newSubManager();
    try {
      LoadedAddOns loaded =
          addOns.loaded(model, start.view(index), start.frame(), start.position(index), memory);
      Request first = start.request(index);
      Request request = first.withSampling(first.sampling().withBatch(batch));
      Run run = model.run(request, start.start(index, memory), loaded);
      if (info == null) info = RunInfo.of(call, model, start, run);
      insides.prepare(run);
      return new OpenRun(run, index, start, stacks, insides, memory);
    } catch (IOException | RuntimeException e) {
      memory.close();
      throw e;
    }
  }

  static void update(OpenRun one, Progress progress, int view) {
    if (one.run().size() == 0) return;
    int evaluated = one.evaluated();
    long views = one.run().views().size();
    progress.update(evaluated * views + view, one.run().size() * views, one.message(view));
    requireGoingOn(progress, evaluated, one.run().size());
  }

  private static void requireGoingOn(Progress progress, int evaluated, int total) {
    if (progress.mustStop()) {
      throw new CancellationException("Canceled after " + evaluated + " of " + total + " steps.");
    }
  }

  private void lockstep(Progress progress) throws IOException {
    int first = done;
    int count = start.neighbours(first);
    new Lockstep(model, start.coherence(), count, k -> new Neighbour(first + k, progress)).run();
  }

  /** A slice in lockstep with its neighbours; previews show the one that is finished next. */
  private final class Neighbour implements Lockstep.Slice {

    private final OpenRun one;
    private final int index;
    private final Progress progress;

    Neighbour(int index, Progress progress) throws IOException {
      one = open(index, 1);
      this.index = index;
      this.progress = progress;
      one.run().afterEachView(this::update);
      if (evaluated == 0) update(0);
    }

    private void update(int view) {
      int size = one.run().size();
      if (size == 0) return;
      long views = one.run().views().size();
      int total = start.runs() * size;
      String slice = String.format("Slice %d of %d: ", index + 1, start.runs());
      progress.update(evaluated * views + view, total * views, slice + one.message(view));
      requireGoingOn(progress, evaluated, total);
    }

    @Override
    public Run run() {
      return one.run();
    }

    @Override
    public void accept(Evaluated results) {
      one.accept(results);
      if (index == done) display.show(one.preview(results));
      evaluated++;
      if (one.evaluated() < one.run().size()) update(0);
    }

    @Override
    public void finish() {
      one.finish();
      done++;
    }

    @Override
    public void close() {
      one.close();
    }
  }
}
