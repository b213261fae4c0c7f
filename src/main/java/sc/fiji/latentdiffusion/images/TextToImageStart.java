package sc.fiji.latentdiffusion.images;

import ai.djl.ndarray.NDManager;
import ij.ImagePlus;
import sc.fiji.latentdiffusion.images.pixels.Calibrated;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.pipeline.Start;

/** A run from noise alone to a new image. */
final class TextToImageStart implements ImageStart {

  private final Request request;
  private final ModelView view;
  private ImagePlus result;

  TextToImageStart(LatentDiffusion model, Request request) {
    this.request = request.withNativeSize(model.nativeSize());
    view = ModelView.of(model, new Region(0, 0, this.request.width(), this.request.height()));
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
    return request;
  }

  @Override
  public Start start(int run, NDManager memory) {
    return new Start.FromNoise();
  }

  @Override
  public void finish(int run, Run finished) {
    result = new ImagePlus("Text to Image", view.picture(finished.picture()));
  }

  @Override
  public ImagePlus result() {
    return result;
  }
}
