/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.results;

import ai.djl.ndarray.NDArray;
import ij.ImagePlus;
import ij.ImageStack;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import sc.fiji.latentdiffusion.sampler.Evaluated;
import sc.fiji.latentdiffusion.schedulers.Evaluation;

/** The frames of one run for {@link StepStacks}. It copies tensors and changes none. */
public final class RunFrames implements Consumer<Evaluated> {

  private final Stacks which;
  private final Function<NDArray, ImagePlus> decoder;
  private final String prefix;
  private final List<EvaluationLabel> labels;
  private ImageStack latents;
  private ImageStack noise;
  private ImageStack conditional;
  private ImageStack unconditional;
  private ImageStack predicted;
  private ImageStack decoded;
  private ImageStack noisy;
  private ImagePlus picture;
  private int channels;
  private boolean whole;

  RunFrames(
      Stacks which,
      Function<NDArray, ImagePlus> decoder,
      String name,
      List<EvaluationLabel> labels) {
    this.which = which;
    this.decoder = decoder;
    this.labels = labels;
    prefix = name.isEmpty() ? "" : name + ", ";
  }

  /**
   * Appends one frame to every stack.
   *
   * @param evaluated of a single answer
   */
  @Override
  public void accept(Evaluated evaluated) {
    String label = label(evaluated.evaluation());
    if (which.latents()) latents = added(latents, evaluated.sample(), label);
    if (which.noise()) noise = added(noise, evaluated.noise(), label);
    if (which.predicted()) predicted = added(predicted, evaluated.predOriginalSample(), label);
    if (which.decoded()) decoded = added(decoded, evaluated.predOriginalSample(), label, decoder);
    if (which.further().noisy()) noisy = added(noisy, input(evaluated), label, decoder);
    if (which.further().split()) split(evaluated.halves(), label);
  }

  private void split(Evaluated.Halves halves, String label) {
    conditional = added(conditional, halves.conditional(), label);
    halves.unconditional().ifPresent(half -> unconditional = added(unconditional, half, label));
  }

  /** Returns the sample as the denoiser sees it, of about the variance of latents. */
  private static NDArray input(Evaluated evaluated) {
    double scale = evaluated.evaluation().inputScale();
    return scale == 1 ? evaluated.sample() : evaluated.sample().mul((float) scale);
  }

  /**
   * Appends the last frame of "Latents by step".
   *
   * @param sample the final latents, {@code [1, channels, height, width]}
   */
  public void finish(NDArray sample) {
    whole = true;
    if (which.latents()) {
      EvaluationLabel last = labels.get(labels.size() - 1);
      latents = added(latents, sample, prefix + LatentStep.label(last.step(), last.steps()));
    }
  }

  private ImageStack added(ImageStack stack, NDArray array, String label) {
    channels = Math.toIntExact(array.getShape().get(1));
    int height = Math.toIntExact(array.getShape().get(2));
    int width = Math.toIntExact(array.getShape().get(3));
    ImageStack all = stack == null ? new ImageStack(width, height) : stack;
    LatentImages.add(all, array, label);
    return all;
  }

  private ImageStack added(
      ImageStack stack, NDArray array, String label, Function<NDArray, ImagePlus> decoder) {
    picture = decoder.apply(array);
    ImageStack all =
        stack == null ? new ImageStack(picture.getWidth(), picture.getHeight()) : stack;
    int channels = picture.getNChannels();
    for (int c = 1; c <= channels; c++) {
      String suffix = channels == 1 ? "" : ", channel " + c;
      all.addSlice(label + suffix, picture.getStack().getPixels(c));
    }
    return all;
  }

  private String label(Evaluation evaluation) {
    return prefix + labels.get(evaluation.index()).of(evaluation);
  }

  /** Returns whether the run has come to its end. */
  boolean isWhole() {
    return whole;
  }

  /** Returns the number of channels of the latents. */
  int channels() {
    return channels;
  }

  /** Returns the frames of the latents; null for none. */
  ImageStack latents() {
    return latents;
  }

  /** Returns the frames of the predicted noise; null for none. */
  ImageStack noise() {
    return noise;
  }

  /** Returns the frames of the noise that is predicted of the prompt; null for none. */
  ImageStack conditional() {
    return conditional;
  }

  /** Returns the frames of the noise that is predicted of the negative prompt; null for none. */
  ImageStack unconditional() {
    return unconditional;
  }

  /** Returns the frames of the predicted latents; null for none. */
  ImageStack predicted() {
    return predicted;
  }

  /** Returns the image of the last picture; null for none. */
  ImagePlus picture() {
    return picture;
  }

  /** Returns the frames of the predicted pictures; null for none. */
  ImageStack decoded() {
    return decoded;
  }

  /** Returns the frames of the denoiser's inputs, decoded; null for none. */
  ImageStack noisy() {
    return noisy;
  }
}
