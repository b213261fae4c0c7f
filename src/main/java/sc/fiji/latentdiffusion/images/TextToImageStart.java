/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ij.ImagePlus;
import sc.fiji.latentdiffusion.images.pixels.Calibrated;
import sc.fiji.latentdiffusion.images.pixels.Canvas;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.ResultType;
import sc.fiji.latentdiffusion.images.pixels.Rounding;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Start;
import sc.fiji.latentdiffusion.sampler.Answer;

/** Runs from noise alone to a new image, whose slices are the answers. */
final class TextToImageStart implements ImageStart {

  private static final String TITLE = "Text to Image";

  private final Request request;
  private final Answers answers;
  private final ResultType type;
  private final ModelView view;
  private final AnswerImages images;
  private final Rounding rounding = new Rounding();

  TextToImageStart(LatentDiffusion model, Request request, Answers answers, ResultType type) {
    this.request = request.withNativeSize(model.declaration().size()).withDrawnSeed();
    this.answers = answers;
    this.type = type;
    view = ModelView.of(model, new Region(0, 0, this.request.width(), this.request.height()));
    images = new AnswerImages(TITLE, answers);
  }

  @Override
  public int runs() {
    return answers.count();
  }

  @Override
  public int batch() {
    return answers.batch();
  }

  @Override
  public String unit() {
    return Answers.UNIT;
  }

  @Override
  public String label(int run) {
    return answers.areSeveral() ? Answers.label(request(run)) : "";
  }

  @Override
  public ModelView view() {
    return view;
  }

  @Override
  public Calibrated calibration() {
    return Calibrated.uncalibrated();
  }

  @Override
  public Request request(int run) {
    return answers.request(request, run);
  }

  @Override
  public Start start(int run, NDManager memory) {
    return new Start.FromNoise();
  }

  @Override
  public void finish(int run, Answer answer) {
    Canvas canvas = canvas(type);
    view.put(answer.picture(), canvas.picture());
    rounding.add(canvas.picture());
    images.add(canvas.image(TITLE), request(run), () -> inFloat(answer));
  }

  private ImagePlus inFloat(Answer answer) {
    Canvas canvas = canvas(ResultType.FLOAT);
    view.put(answer.picture(), canvas.picture());
    return canvas.image("");
  }

  private Canvas canvas(ResultType of) {
    return view.canvas(of);
  }

  @Override
  public ImagePlus predicted(int run, NDArray latents) {
    Canvas canvas = canvas(type);
    view.decode(latents, canvas.picture());
    return canvas.image("");
  }

  @Override
  public void describeResult(Info info) {
    images.describe(info);
    info.put(rounding);
  }

  @Override
  public Results statistics() {
    return images.statistics();
  }

  @Override
  public ImagePlus result() {
    return images.image();
  }
}
