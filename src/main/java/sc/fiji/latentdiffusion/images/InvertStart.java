/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ij.ImagePlus;
import ij.ImageStack;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.images.latents.LatentMath;
import sc.fiji.latentdiffusion.images.latents.LatentSource;
import sc.fiji.latentdiffusion.images.pixels.Calibrated;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.images.results.LatentImages;
import sc.fiji.latentdiffusion.images.results.LatentRun;
import sc.fiji.latentdiffusion.images.results.LatentStep;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.images.results.StepStacks;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Start;
import sc.fiji.latentdiffusion.sampler.Answer;

/** A run of DDIM backwards, from a picture or its latents to an image of latents. */
final class InvertStart implements ImageStart {

  /** The scheduler that goes the way back. */
  static final String SCHEDULER = "ddim";

  /** The role of the error. */
  static final String ERROR = "errorlatents";

  private final LatentSource source;
  private final Request request;
  private ImagePlus latents;
  private ImagePlus result;

  /**
   * @param source of the latents
   * @param request with the scheduler ddim
   */
  InvertStart(LatentSource source, Request request) {
    this.source = source;
    this.request = request;
  }

  @Override
  public ModelView view() {
    return source.view();
  }

  @Override
  public Calibrated calibration() {
    return source.calibration();
  }

  @Override
  public Request request(int run) {
    return request;
  }

  @Override
  public Start start(int run, NDManager memory) {
    NDArray found = source.latents(memory);
    latents = LatentImages.of("Latents", found, "latents of " + source.title());
    return new Start.Inversion(found);
  }

  @Override
  public ImagePlus predicted(int run, NDArray of) {
    return new ImagePlus("", view().decode(of));
  }

  @Override
  public List<String> warnings() throws IOException {
    return source.warnings();
  }

  @Override
  public Map<String, ?> resolved() {
    return source.resolved();
  }

  @Override
  public void describe(Info info) {
    source.describe(info);
    info.put("scheduler", SCHEDULER).put(LatentRun.INVERTED, true);
  }

  @Override
  public void finish(int run, Answer answer) {
    String label = LatentStep.label(0, request.steps());
    result = LatentImages.of("Inverted", answer.latents(), label);
    view().latentsCalibrated(calibration()).applyTo(result);
  }

  @Override
  public ImagePlus result() {
    return result;
  }

  /**
   * Compares latents with those that were inverted, and adds the error to the Info of the result.
   *
   * @param back what the way back has made of the result
   * @return "Inversion error", latents that came back less those that were inverted
   */
  ImagePlus error(ImagePlus back) {
    ImagePlus error =
        LatentMath.difference("Inversion error", back, latents, "difference of latents");
    error.setProperty("Info", result.getInfoProperty());
    double rms = LatentMath.rms(error);
    Info.add(result, "errorRms", rms);
    Info.add(error, "errorRms", rms);
    return error;
  }

  /** Names in the labels of "Latents by step" the step of the way back that a frame stands at. */
  Results labelled(Results results) {
    ImagePlus steps = results.get(StepStacks.LATENTS);
    if (steps == null) return results;
    ImageStack stack = steps.getStack();
    int channels = steps.getNChannels();
    for (int i = 1; i <= stack.size(); i++) {
      int left = request.steps() - (i - 1) / channels;
      String channel = ", channel " + ((i - 1) % channels + 1);
      String place = LatentStep.label(left, request.steps());
      boolean isLast = left == 0;
      String before = isLast ? "" : stack.getSliceLabel(i).replace(channel, "") + ", ";
      stack.setSliceLabel(before + place + channel, i);
    }
    return results;
  }
}
