/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.latents;

import ai.djl.ndarray.NDArray;
import ij.ImagePlus;
import ij.ImageStack;
import ij.measure.Calibration;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.images.imagej.Copies;
import sc.fiji.latentdiffusion.images.imagej.FloatCopies;
import sc.fiji.latentdiffusion.images.pixels.Calibrated;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.Channels;
import sc.fiji.latentdiffusion.images.pixels.Intensity;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.Selection;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.images.results.LatentImages;

/**
 * What an autoencoder loses: an image encoded and decoded, less the image, in the image's values.
 */
final class AutoencoderError {

  private static final Slices.Position FIRST = new Slices.Position(1, 1);

  private final ImagePlus input;
  private final ModelView view;
  private final List<Slices.Position> positions;
  private final ImagePlus copy;
  private final Channels own;
  private final Map<Integer, Intensity> mapped;
  private ImageStack stack;
  private int channels;
  private double sum;
  private double squares;
  private double relativeSquares;
  private long count;

  /**
   * @param input that is encoded
   * @param seen the channels of the input
   * @param view of its region
   * @param positions that are encoded
   */
  AutoencoderError(
      ImagePlus input, Channels seen, ModelView view, List<Slices.Position> positions) {
    this.input = input;
    this.view = view;
    this.positions = positions;
    copy = FloatCopies.stored(Copies.of(input, ""));
    boolean isSplit = input.getType() == ImagePlus.COLOR_RGB;
    own = isSplit ? Channels.of(copy, ChannelMapping.OF_RGB) : seen;
    mapped = seen.mapped();
  }

  /**
   * Adds a position.
   *
   * @param latents the mean of the posterior, {@code [1, c, h, w]}
   */
  void add(Slices.Position at, NDArray latents) {
    Region seen = view.seen();
    Region all = new Region(0, 0, seen.width(), seen.height());
    ImagePlus before = FloatCopies.region(copy, at, seen);
    ImagePlus made = FloatCopies.region(copy, at, seen);
    view.decode(latents, own.picture(made, FIRST, Selection.all(all), all));
    if (input.getBitDepth() < 32) {
      FloatCopies.calibrate(before, input.getCalibration());
      FloatCopies.calibrate(made, input.getCalibration());
    }
    if (stack == null) stack = new ImageStack(seen.width(), seen.height());
    channels = made.getStackSize();
    for (int c = 1; c <= channels; c++) {
      float[] x = (float[]) made.getStack().getPixels(c);
      float[] y = (float[]) before.getStack().getPixels(c);
      for (int i = 0; i < x.length; i++) x[i] -= y[i];
      if (mapped.containsKey(c)) count(x, range(mapped.get(c)));
      stack.addSlice("channel " + c, x);
    }
  }

  /** Returns the distance of black and white in the image's values. */
  private double range(Intensity map) {
    Calibration calibration = input.getCalibration();
    return Math.abs(calibration.getCValue(map.max()) - calibration.getCValue(map.min()));
  }

  private void count(float[] errors, double range) {
    for (float error : errors) {
      sum += error;
      squares += (double) error * error;
      relativeSquares += (double) error * error / (range * range);
    }
    count += errors.length;
  }

  /**
   * Adds mean and root of the mean square of the error, and the PSNR, 20 log10(range/RMS) of the
   * channels that the model sees; black to white is the range.
   */
  void describe(Info info) {
    info.put("errorMean", sum / count).put("errorRms", Math.sqrt(squares / count));
    info.put("psnr", -10 * Math.log10(relativeSquares / count));
  }

  /** Returns the image, "Autoencoder error". */
  ImagePlus image() {
    int slices = positions.size() == 1 ? 1 : input.getNSlices();
    ImagePlus image = LatentImages.differences("Autoencoder error", stack, channels, slices);
    view.calibrated(Calibrated.of(input)).applyTo(image);
    return image;
  }
}
