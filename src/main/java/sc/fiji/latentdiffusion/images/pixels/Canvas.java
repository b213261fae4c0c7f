/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.pixels;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.ImageStack;
import ij.process.ByteProcessor;
import ij.process.ColorProcessor;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import ij.process.LUT;
import java.util.Arrays;
import java.util.Optional;
import sc.fiji.latentdiffusion.models.Sight;

/** A new image that a model's picture fills. */
public final class Canvas {

  private static final String[] COLOURS = {"Red", "Green", "Blue"};

  /** The number of channels that a composite gives colours of their own. */
  private static final int HUES = 7;

  private final ImagePlus image;
  private final Picture picture;

  private Canvas(ImagePlus image, Picture picture) {
    this.image = image;
    this.picture = picture;
  }

  /**
   * Returns a canvas.
   *
   * @param size of the image; its place is not used
   * @param type of the image
   * @param grey the values that are black and white to the model, for a grey image; empty for
   *     colours. An 8-bit image has 0 and 255 instead
   * @param channels of the model's pictures; 3 are red, green and blue
   */
  public static Canvas of(Region size, ResultType type, Optional<Intensity> grey, int channels) {
    boolean isFloat = type == ResultType.FLOAT;
    if (isFloat && grey.isPresent()) return floatGrey(size, grey.get());
    if (grey.isEmpty() && (isFloat || channels != COLOURS.length)) {
      return channels(size, isFloat, channels, Intensity.RGB);
    }
    ImageProcessor pixels =
        grey.isPresent()
            ? new ByteProcessor(size.width(), size.height())
            : black(size.width(), size.height());
    return new Canvas(new ImagePlus("", pixels), Picture.of(pixels, all(size)));
  }

  /**
   * Returns a canvas of 32 bit for what is no picture.
   *
   * @param size of the image; its place is not used
   * @param values that −1 and 1 become
   */
  public static Canvas of(Region size, Sight.Values values) {
    Intensity map = new Intensity(values.black(), values.white());
    return values.isGrey() ? floatGrey(size, map) : channels(size, true, COLOURS.length, map);
  }

  /** Returns a black RGB image, opaque. */
  static ColorProcessor black(int width, int height) {
    int[] black = new int[Math.multiplyExact(width, height)];
    Arrays.fill(black, 0xff000000);
    return new ColorProcessor(width, height, black);
  }

  private static Region all(Region size) {
    return new Region(0, 0, size.width(), size.height());
  }

  private static Canvas floatGrey(Region size, Intensity map) {
    FloatProcessor pixels = new FloatProcessor(size.width(), size.height());
    ImagePlus image = new ImagePlus("", pixels);
    if (map.min() > map.max()) pixels.invertLut();
    image.setDisplayRange(Math.min(map.min(), map.max()), Math.max(map.min(), map.max()));
    ImageProcessor[] colours = {pixels, pixels, pixels};
    return new Canvas(image, picture(size, colours, map));
  }

  /** Returns a composite, or a plain hyperstack of more channels than ImageJ has colours for. */
  private static Canvas channels(Region size, boolean isFloat, int count, Intensity map) {
    ImageStack stack = new ImageStack(size.width(), size.height());
    ImageProcessor[] channels = new ImageProcessor[count];
    for (int c = 0; c < count; c++) {
      channels[c] =
          isFloat
              ? new FloatProcessor(size.width(), size.height())
              : new ByteProcessor(size.width(), size.height());
      stack.addSlice(count == COLOURS.length ? COLOURS[c] : null, channels[c]);
    }
    ImagePlus image = new ImagePlus("", stack);
    image.setDimensions(count, 1, 1);
    image.setOpenAsHyperStack(true);
    boolean isComposite = count <= HUES;
    return new Canvas(isComposite ? composite(image, map) : image, picture(size, channels, map));
  }

  private static CompositeImage composite(ImagePlus image, Intensity map) {
    CompositeImage composite = new CompositeImage(image, CompositeImage.COMPOSITE);
    LUT[] luts = composite.getLuts();
    for (LUT lut : luts) {
      lut.min = map.min();
      lut.max = map.max();
    }
    composite.setLuts(luts);
    return composite;
  }

  private static Picture picture(Region size, ImageProcessor[] channels, Intensity map) {
    Intensity[] maps = new Intensity[channels.length];
    Arrays.fill(maps, map);
    return new Picture(channels, maps, Selection.all(all(size)), all(size));
  }

  /** Returns the picture, of which all is to be replaced. */
  public Picture picture() {
    return picture;
  }

  /** Returns the image. */
  public ImagePlus image(String title) {
    image.setTitle(title);
    return image;
  }
}
