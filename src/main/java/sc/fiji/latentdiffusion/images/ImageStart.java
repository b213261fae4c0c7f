/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ij.ImagePlus;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import sc.fiji.latentdiffusion.images.pixels.Calibrated;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.images.results.EvaluationLabel;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.images.results.LatentPreview;
import sc.fiji.latentdiffusion.images.results.Preview;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Start;
import sc.fiji.latentdiffusion.sampler.Answer;
import sc.fiji.latentdiffusion.schedulers.Plan;

/** The start of an {@link ImageRun}, and the place where its result goes. */
interface ImageStart extends AutoCloseable {

  /** What a run makes, where it works on a slice. */
  String SLICE = "slice";

  /** Returns the number of runs, one a slice; a run of several answers counts as so many. */
  default int runs() {
    return 1;
  }

  /** Returns the most runs that are evaluated at once, see {@link Answers}. */
  default int batch() {
    return 1;
  }

  /** Returns the word for what a run makes, "slice" or "answer". */
  default String unit() {
    return SLICE;
  }

  /** Returns how far the pictures of neighbouring runs are averaged, 0…1, see {@link Slices}. */
  default double coherence() {
    return 0;
  }

  /**
   * Returns how many runs, in their order, are neighbours of one another, with a coherence above 0.
   *
   * @param first of them, from 0
   */
  default int neighbours(int first) {
    return 1;
  }

  /** Returns the region that the model sees; in the first run, if the runs see different ones. */
  ModelView view();

  /** Returns the region that the model sees in a run, from 0. */
  default ModelView view(int run) {
    return view();
  }

  /** Returns the whole image; a control image of this size is seen through the view, too. */
  default Region frame() {
    return view().seen();
  }

  /** Returns the calibration of the whole image. */
  Calibrated calibration();

  /**
   * Returns the position of a run's control images in their stacks.
   *
   * @param run from 0
   * @return null for the current position of each image
   */
  default Slices.Position position(int run) {
    return null;
  }

  /** Returns the request of a run alone, from 0. */
  Request request(int run);

  /**
   * Returns the start of a run.
   *
   * @param run from 0
   * @param memory owns its tensors, and stays open until the run is closed
   */
  Start start(int run, NDManager memory);

  /** Returns the label of a run, from 0, among several: of its slices in the stacks. */
  default String label(int run) {
    return runs() > 1 ? "slice " + (run + 1) : "";
  }

  /** Returns the slice of the input that a run, from 0, works on, counted from 1. */
  default int slice(int run) {
    return runs() > 1 && unit().equals(SLICE) ? run + 1 : 1;
  }

  /** Returns the labels of the evaluations of a run. */
  default List<EvaluationLabel> labels(Plan plan) {
    return EvaluationLabel.of(plan);
  }

  /** Returns the previews of a run, from 0, that are made of predicted latents. */
  default Function<NDArray, Preview> previews(int run) {
    return latents -> new LatentPreview(view(), latents);
  }

  /**
   * Returns the image of latents that a run predicts.
   *
   * @param run from 0
   * @param latents [1, channels, height, width]
   */
  ImagePlus predicted(int run, NDArray latents);

  /** Returns warnings about the input, after the first start was made. */
  default List<String> warnings() throws IOException {
    return List.of();
  }

  /** Returns values that were found for keys of the command. */
  default Map<String, ?> resolved() {
    return Map.of();
  }

  /** Adds lines about the input. */
  default void describe(Info info) {}

  /** Adds lines about what was done with the results, after the last run. */
  default void describeResult(Info info) {}

  /**
   * Takes the result of a run to its place.
   *
   * @param run from 0
   * @param answer that it has made
   */
  void finish(int run, Answer answer);

  /**
   * Returns whether there is a result.
   *
   * @param done number of runs that are finished
   */
  default boolean hasResult(int done) {
    return done > 0;
  }

  /** Takes note that a run, from 0, has no step, and leaves its input as it is. */
  default void skip(int run) {}

  /** Returns the image that the result decodes to, if it holds latents. */
  default Optional<ImagePlus> picture() {
    return Optional.empty();
  }

  /** Returns images beside the result: the statistics of all results, for example. */
  default Results statistics() {
    return Results.NONE;
  }

  /** Returns the image of all results; the runs that are not finished are missing in it. */
  ImagePlus result();

  /** Frees what several runs have shared. */
  @Override
  default void close() {}
}
