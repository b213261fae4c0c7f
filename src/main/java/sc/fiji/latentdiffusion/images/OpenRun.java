/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import sc.fiji.latentdiffusion.images.inside.Insides;
import sc.fiji.latentdiffusion.images.results.EvaluationLabel;
import sc.fiji.latentdiffusion.images.results.Preview;
import sc.fiji.latentdiffusion.images.results.RunFrames;
import sc.fiji.latentdiffusion.images.results.StepStacks;
import sc.fiji.latentdiffusion.pipeline.Lockstep;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.sampler.Answer;
import sc.fiji.latentdiffusion.sampler.Evaluated;

/**
 * One run of an {@link ImageRun}, of a slice or of a batch of answers, and what is made of its
 * evaluations: frames of stacks and previews.
 */
final class OpenRun implements Lockstep.Slice {

  private final Run run;
  private final int first;
  private final ImageStart start;
  private final StepStacks stacks;
  private final NDManager memory;
  private final List<EvaluationLabel> labels;
  private final List<RunFrames> frames = new ArrayList<>();
  private final List<Consumer<Evaluated>> inside = new ArrayList<>();
  private final Function<NDArray, Preview> previews;
  private int evaluated;

  /**
   * @param run that has not begun; it is closed with this
   * @param first of the runs of the start that it makes; it makes as many as its batch has
   * @param stacks that get its frames
   * @param insides that get its evaluations
   * @param memory holds its tensors; it is closed with this
   */
  OpenRun(
      Run run, int first, ImageStart start, StepStacks stacks, Insides insides, NDManager memory) {
    this.run = run;
    this.first = first;
    this.start = start;
    this.stacks = stacks;
    this.memory = memory;
    labels = run.size() == 0 ? List.of() : start.labels(run.plan());
    previews = run.size() == 0 ? latents -> null : start.previews(first);
    for (int i = 0; i < run.batch() && run.size() > 0; i++) {
      int index = first + i;
      frames.add(
          stacks.begin(start.label(index), labels, latents -> start.predicted(index, latents)));
      long seed = run.request().sampling().answer(i).seed();
      inside.add(
          insides.begin(
              new Insides.Place(index + 1, seed, start.slice(index), start.label(index), labels)));
    }
  }

  @Override
  public Run run() {
    return run;
  }

  /** Returns the number of evaluations that are done. */
  int evaluated() {
    return evaluated;
  }

  /**
   * Names the evaluation that is computed next.
   *
   * @param view the number of its views that are done
   */
  String message(int view) {
    EvaluationLabel next = labels.get(evaluated);
    String step = "Step " + next.step() + " of " + next.steps() + next.partLabel();
    int views = run.views().size();
    return view == 0 ? step : String.format("%s, %d of %d views", step, view, views);
  }

  @Override
  public void accept(Evaluated results) {
    for (int i = 0; i < run.batch(); i++) {
      if (evaluated == 0) stacks.kept().add(first + i + 1, run.known(i));
      frames.get(i).accept(results.answer(i));
      inside.get(i).accept(results.answer(i));
    }
    evaluated++;
  }

  /** Returns the preview of an evaluation. */
  Preview preview(Evaluated results) {
    return previews.apply(results.answer(0).predOriginalSample());
  }

  @Override
  public void finish() {
    if (run.size() == 0) {
      for (int i = 0; i < run.batch(); i++) start.skip(first + i);
      return;
    }
    List<Answer> answers = run.answers();
    for (int i = 0; i < run.batch(); i++) {
      frames.get(i).finish(answers.get(i).latents());
      start.finish(first + i, answers.get(i));
    }
  }

  @Override
  public void close() {
    run.close();
    memory.close();
  }
}
