/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import ij.ImagePlus;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import sc.fiji.latentdiffusion.images.results.AnswerStack;
import sc.fiji.latentdiffusion.images.results.AnswerStatistics;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.pipeline.Request;

/**
 * The image of a single answer, or the stack of several, each a slice with its seed as label; and
 * their statistics.
 */
final class AnswerImages {

  private final Answers answers;
  private final AnswerStack stack;
  private final List<Request> finished = new ArrayList<>();
  private final AnswerStatistics statistics = new AnswerStatistics();
  private ImagePlus last;

  /**
   * @param title of the image
   * @param answers that will be added, as far as there is time
   */
  AnswerImages(String title, Answers answers) {
    this.answers = answers;
    stack = new AnswerStack(title);
  }

  /**
   * Adds a finished answer.
   *
   * @param image of its slice alone
   * @param request that it answers
   * @param inFloat makes the same image of 32 bit; called for statistics only
   */
  void add(ImagePlus image, Request request, Supplier<ImagePlus> inFloat) {
    finished.add(request);
    if (answers.statistics()) statistics.add(inFloat.get());
    last = image;
    if (answers.areSeveral()) stack.add(image, Answers.label(request));
  }

  /** Returns the image of all answers that were added. */
  ImagePlus image() {
    return answers.areSeveral() ? stack.image(1) : last;
  }

  /** Returns mean and standard deviation, if they were asked for, of at least two answers. */
  Results statistics() {
    return statistics.images();
  }

  /** Adds the seeds of the answers, if several were asked for. */
  void describe(Info info) {
    if (!answers.areSeveral() || finished.isEmpty()) return;
    info.put("seedsUsed", joined(Request::seed));
    if (finished.get(0).sampling().variation().isOn()) {
      info.put("seed2sUsed", joined(request -> request.sampling().variation().seed()));
    }
  }

  private String joined(ToLongFunction<Request> seed) {
    return finished.stream()
        .map(request -> String.valueOf(seed.applyAsLong(request)))
        .collect(Collectors.joining(","));
  }
}
