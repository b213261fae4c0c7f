package sc.fiji.latentdiffusion.images;

import ai.djl.ndarray.NDManager;
import ij.ImagePlus;
import sc.fiji.latentdiffusion.images.pixels.Calibrated;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.pipeline.Answer;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Start;

/** Runs from noise alone to a new image, whose slices are the answers. */
final class TextToImageStart implements ImageStart {

  private static final String TITLE = "Text to Image";

  private final Request request;
  private final Answers answers;
  private final ModelView view;
  private final AnswerImages images;

  TextToImageStart(LatentDiffusion model, Request request, Answers answers) {
    this.request = request.withNativeSize(model.nativeSize()).withDrawnSeed();
    this.answers = answers;
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
    images.add(new ImagePlus(TITLE, view.picture(answer.picture())), request(run));
  }

  @Override
  public void describeResult(Info info) {
    images.describe(info);
  }

  @Override
  public ImagePlus result() {
    return images.image();
  }
}
