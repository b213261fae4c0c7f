/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.latents;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ij.CompositeImage;
import ij.ImagePlus;
import ij.ImageStack;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import sc.fiji.latentdiffusion.images.pixels.Calibrated;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.Channels;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.pixels.Picture;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.Selection;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.images.results.LatentDisplay;
import sc.fiji.latentdiffusion.images.results.LatentImages;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.keys.MacroCall;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.progress.Progress;

/** Encodes the slices of an image to an image of latents. */
public final class Encoding {

  /** The role of what an autoencoder loses. */
  public static final String ERROR = "errorimage";

  /**
   * How an image is encoded.
   *
   * @param mapping of values to colours
   * @param posterior what is shown of it
   * @param seed of a sample, 0…2^32−1; not used otherwise
   * @param slices of a stack
   * @param error whether latents are decoded again, and compared
   */
  public record Options(
      ChannelMapping mapping, Posterior posterior, long seed, Slices slices, boolean error) {

    /** The mean of the current slice alone. */
    public static Options mean(ChannelMapping mapping) {
      return new Options(mapping, Posterior.MEAN, 0, Slices.CURRENT, false);
    }
  }

  private final ImagePlus input;
  private final Options options;
  private final ModelView view;
  private final Channels channels;
  private final List<Slices.Position> positions;
  private ImageStack stack;

  /**
   * @param input with a region of at most {@code Request.MAX_SIZE}
   * @param model that encodes
   */
  public Encoding(ImagePlus input, Options options, LatentDiffusion model) {
    this.input = input;
    this.options = options;
    view = ModelView.of(model, Selection.of(input, 0).bounds());
    channels = Channels.of(input, options.mapping(), model.declaration().latents());
    positions = options.slices().positions(input);
  }

  /**
   * Encodes.
   *
   * @param call of the command
   * @return the latents, and the error if it is asked for
   * @throws CancellationException if the user cancels
   */
  public Results results(MacroCall call, Progress progress) throws IOException {
    LatentDiffusion model = view.model();
    AutoencoderError error =
        options.error() ? new AutoencoderError(input, channels, view, positions) : null;
    for (int i = 0; i < positions.size(); i++) {
      if (positions.size() > 1) progress.update(i, positions.size(), "Encoding");
      if (i > 0 && progress.mustStop()) {
        throw new CancellationException("Canceled after " + i + " slices.");
      }
      try (NDManager memory = model.manager().newSubManager()) {
        encode(positions.get(i), error, memory);
      }
    }
    Info info = info(call, model);
    Results results = Results.of(latents());
    if (error == null) return info.appliedTo(results);
    error.describe(info);
    return info.appliedTo(results.with(ERROR, error.image()));
  }

  private Info info(MacroCall call, LatentDiffusion model) throws IOException {
    Map<String, Object> found = new HashMap<>(options.mapping().resolved());
    found.put("precision", model.precision());
    found.put("device", model.device());
    if (options.posterior() == Posterior.SAMPLE) found.put("seed", options.seed());
    return Info.ofVae(call.with(found), model).put(input, view.seen(), view, channels);
  }

  private void encode(Slices.Position at, AutoencoderError error, NDManager memory) {
    Region region = view.seen();
    Picture picture = channels.picture(input, at, Selection.all(region), region);
    NDArray given = view.tensor(picture, memory);
    LatentDiffusion model = view.model();
    NDArray shown = options.posterior().of(given, model, options.seed(), memory);
    if (stack == null) {
      int width = Math.toIntExact(shown.getShape().get(3));
      stack = new ImageStack(width, Math.toIntExact(shown.getShape().get(2)));
    }
    LatentImages.add(stack, shown, label(at));
    if (error == null) return;
    boolean isMean = options.posterior() == Posterior.MEAN;
    error.add(at, isMean ? shown : model.encode(given, memory));
  }

  private String label(Slices.Position at) {
    String label = "latents of " + input.getTitle();
    if (positions.size() == 1) return label;
    if (input.getNSlices() > 1) label += ", slice " + at.slice();
    return input.getNFrames() > 1 ? label + ", frame " + at.frame() : label;
  }

  private ImagePlus latents() {
    boolean isCurrent = options.slices().isCurrent();
    int slices = isCurrent ? 1 : input.getNSlices();
    int count = stack.size() / positions.size();
    CompositeImage image = LatentImages.image(options.posterior().title(), stack, count, slices);
    if (options.posterior() == Posterior.SD) LatentDisplay.fromZero(image);
    if (!isCurrent) image.setPosition(image.getC(), input.getZ(), input.getT());
    view.latentsCalibrated(Calibrated.of(input)).applyTo(image);
    return image;
  }
}
