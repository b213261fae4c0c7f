/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ij.ImagePlus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.images.pixels.Calibrated;
import sc.fiji.latentdiffusion.images.pixels.Canvas;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.ResultType;
import sc.fiji.latentdiffusion.images.pixels.Rounding;
import sc.fiji.latentdiffusion.images.results.EvaluationLabel;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.images.results.KeptParts;
import sc.fiji.latentdiffusion.images.results.LatentImages;
import sc.fiji.latentdiffusion.images.results.LatentStep;
import sc.fiji.latentdiffusion.images.results.StepStacks;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Start;
import sc.fiji.latentdiffusion.pipeline.StepRange;
import sc.fiji.latentdiffusion.sampler.Answer;
import sc.fiji.latentdiffusion.schedulers.Plan;

/** A run from the latents in an image to an image of latents. */
final class DenoiseStart implements ImageStart {

  private final ImagePlus latent;
  private final LatentDiffusion model;
  private final Request request;
  private final StepRange range;
  private final ResultType type;
  private final ModelView view;
  private final Rounding rounding = new Rounding();
  private final List<String> notes = new ArrayList<>();
  private ImagePlus result;
  private ImagePlus picture;

  /**
   * @param latent of which the current frame is read
   * @param type of the picture
   * @param range of the steps; from −1 for the step that the image says
   * @throws IllegalArgumentException if neither the image nor the range says the first step
   */
  DenoiseStart(
      LatentDiffusion model, ImagePlus latent, Request request, StepRange range, ResultType type) {
    LatentImages.check(latent, model.latentChannels());
    this.latent = latent;
    this.model = model;
    this.request = request;
    this.type = type;
    int from = range.from() == -1 ? stepsDone() : range.from();
    int begun = Math.min(from, LatentStep.begun(latent));
    this.range = new StepRange(from, range.to(), range.noised(), begun);
    view =
        ModelView.of(model, Region.decoded(latent.getWidth(), latent.getHeight(), model.factor()));
  }

  private int stepsDone() {
    LatentStep step =
        LatentStep.of(latent)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "The image does not say at which step its latents are. Give from: the"
                            + " number of steps that are done; for latents of a picture, tick"
                            + " noised, too."));
    if (step.done() == step.steps() && step.done() >= request.steps()) {
      throw new IllegalArgumentException(
          String.format(
              "All %d steps of these latents are done. Decode them (Decode Latent…), or give from,"
                  + " and tick noised, to repeat some of them.",
              step.steps()));
    }
    return step.done();
  }

  @Override
  public ModelView view() {
    return view;
  }

  @Override
  public Calibrated calibration() {
    return Calibrated.of(latent).scaled(1.0 / model.factor());
  }

  @Override
  public Request request(int run) {
    return request;
  }

  @Override
  public Start start(int run, NDManager memory) {
    NDArray latents = LatentImages.tensor(latent, model.latentChannels(), memory);
    return new Start.FromLatents(latents, range, KeptParts.of(latent, model, memory, notes));
  }

  @Override
  public List<EvaluationLabel> labels(Plan plan) {
    return EvaluationLabel.of(plan, range.from(), request.steps());
  }

  @Override
  public List<String> warnings() throws IOException {
    List<String> warnings = new ArrayList<>(LatentStep.mismatches(latent, model, request));
    warnings.addAll(notes);
    StepStacks.Quantity.noteOnDenoising(latent).ifPresent(warnings::add);
    return warnings;
  }

  @Override
  public Map<String, ?> resolved() {
    return Map.of("from", range.from());
  }

  @Override
  public void describe(Info info) {
    info.put("input", latent.getTitle()).put("frame", latent.getFrame()).putSource(latent);
  }

  @Override
  public void finish(int run, Answer answer) {
    int done = range.to() == -1 ? request.steps() : range.to();
    String label = LatentStep.label(done, request.steps());
    result = LatentImages.of("Denoised", answer.latents(), label);
    view.latentsCalibrated(calibration()).applyTo(result);
    KeptParts kept = new KeptParts();
    kept.add(1, answer.known());
    kept.applyTo(result);
    Canvas canvas = canvas();
    view.put(answer.picture(), canvas.picture());
    rounding.add(canvas.picture());
    picture = canvas.image("Denoised picture");
    calibration().applyTo(picture);
  }

  /** Returns a canvas in the model's colours, or of 32 bit in the values of a grey picture. */
  private Canvas canvas() {
    boolean isFloat = type == ResultType.FLOAT;
    return view.canvas(type, isFloat ? Info.grey(latent).or(view::grey) : view.grey());
  }

  @Override
  public ImagePlus predicted(int run, NDArray latents) {
    Canvas canvas = canvas();
    view.decode(latents, canvas.picture());
    return canvas.image("");
  }

  @Override
  public void describeResult(Info info) {
    info.put(rounding);
  }

  @Override
  public Optional<ImagePlus> picture() {
    return Optional.of(picture);
  }

  @Override
  public ImagePlus result() {
    return result;
  }
}
