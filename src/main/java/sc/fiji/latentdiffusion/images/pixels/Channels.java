/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.pixels;

import ij.ImagePlus;
import ij.measure.Calibration;
import ij.process.ColorProcessor;
import ij.process.ImageProcessor;
import ij.process.LUT;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import sc.fiji.latentdiffusion.keys.Numbers;
import sc.fiji.latentdiffusion.models.LatentSpace;

/**
 * The channels of an image that are a model's – mostly red, green and blue –, with the map of each
 * channel's values. It applies to all slices of a stack.
 */
public final class Channels {

  private static final int COLOURS = 3;

  private final ImagePlus imp;
  private final int[] rgb;
  private final Intensity[] maps;

  private Channels(ImagePlus imp, int[] rgb) {
    this.imp = imp;
    this.rgb = rgb;
    maps = new Intensity[rgb.length];
  }

  /**
   * Finds the channels of an image.
   *
   * @throws IllegalArgumentException if the image lacks a channel, or a range of values is not
   *     finite, given for RGB, or that of a selection's surroundings
   */
  public static Channels of(ImagePlus imp, ChannelMapping mapping) {
    if (mapping.isAround()) {
      throw new IllegalArgumentException(
          "intensity must be display, full or given where no selection is repainted, but is"
              + " around.");
    }
    return found(imp, mapping, COLOURS);
  }

  /**
   * Finds the channels of an image that a model encodes.
   *
   * @param latents of the model
   * @throws IllegalArgumentException as {@link #of(ImagePlus, ChannelMapping)}, or if the model's
   *     pictures have other channels
   */
  public static Channels of(ImagePlus imp, ChannelMapping mapping, LatentSpace latents) {
    if (mapping.isAround()) of(imp, mapping);
    Channels channels = found(imp, mapping, latents.encodedChannels());
    channels.requireFitting(latents);
    return channels;
  }

  /**
   * Finds the channels of an image whose selection is repainted.
   *
   * @param wanted number of channels that the model sees; 3 for red, green and blue
   * @param at the position whose surroundings give the range, if they are asked for
   * @throws IllegalArgumentException if the image lacks a channel, a range of values is not finite
   *     or given for RGB, or nothing is seen around the selection whose range is asked for
   */
  public static Channels of(
      ImagePlus imp,
      ChannelMapping mapping,
      int wanted,
      Slices.Position at,
      Selection selection,
      Region seen) {
    Channels channels = found(imp, mapping, wanted);
    return mapping.isAround() ? channels.around(imp, at, selection, seen) : channels;
  }

  /**
   * Returns the same channels with the range of what is seen around a selection, of each colour.
   *
   * @param target this image or a copy
   * @param at the position
   * @param selection the pixels that are replaced
   * @param seen the region that the model sees
   * @throws IllegalArgumentException if nothing is seen around the selection, or nothing finite
   */
  public Channels around(ImagePlus target, Slices.Position at, Selection selection, Region seen) {
    Channels channels = new Channels(imp, rgb);
    Intensity[] ranges = SurroundingRange.of(picture(target, at, selection, seen));
    System.arraycopy(ranges, 0, channels.maps, 0, ranges.length);
    return channels;
  }

  private static Channels found(ImagePlus imp, ChannelMapping mapping, int wanted) {
    if (imp.getType() == ImagePlus.COLOR_RGB && mapping.intensity().equals("given")) {
      throw new IllegalArgumentException(
          "intensity must be display or full for an RGB image, whose black and white are always 0"
              + " and 255, but is given. Image ▸ Color ▸ Make Composite makes it an image with"
              + " ranges.");
    }
    Channels channels = new Channels(imp, seen(imp, mapping, wanted));
    for (int c = 0; c < wanted; c++) {
      int first = channels.first(c);
      channels.maps[c] = first < c ? channels.maps[first] : channels.map(c, mapping);
    }
    return channels;
  }

  private static int[] seen(ImagePlus imp, ChannelMapping mapping, int wanted) {
    if (wanted == COLOURS) return mapping.rgb(imp.getNChannels());
    boolean isRgb = imp.getType() == ImagePlus.COLOR_RGB;
    return mapping.exactly(isRgb ? COLOURS : imp.getNChannels(), wanted);
  }

  /**
   * Checks a mapping as far as is possible without reading all slices.
   *
   * @param wanted number of channels that the model sees; 3 for red, green and blue
   * @throws IllegalArgumentException if the image lacks a channel, or a range is not finite
   */
  public static void check(ImagePlus imp, ChannelMapping mapping, int wanted) {
    if (mapping.intensity().equals("full") && imp.getBitDepth() == 32) {
      seen(imp, mapping, wanted);
    } else {
      found(imp, mapping, wanted);
    }
  }

  /** Returns the first colour that is the same channel. */
  private int first(int c) {
    int first = 0;
    while (rgb[first] != rgb[c]) {
      first++;
    }
    return first;
  }

  private Intensity map(int c, ChannelMapping mapping) {
    if (rgb[c] == 0 || isRgb()) {
      return Intensity.RGB;
    }
    Intensity map =
        switch (mapping.intensity()) {
          case "given" -> given(mapping.minimum(), mapping.maximum());
          case "full" -> full(rgb[c]);
          case ChannelMapping.AROUND -> Intensity.RGB; // until a selection is known
          default -> displayed(rgb[c]);
        };
    return isInverted() ? map.reversed() : map;
  }

  /** Returns whether the image is shown dark where its values are large. */
  private boolean isInverted() {
    LUT lut = imp.isComposite() ? null : imp.getProcessor().getLut();
    return lut != null && imp.isInvertedLut() && lut.getRGB(0) != lut.getRGB(lut.getMapSize() - 1);
  }

  /** Finds the stored values of values as ImageJ shows them, through the calibration function. */
  private Intensity given(double minimum, double maximum) {
    Calibration calibration = imp.getCalibration();
    double min = calibration.getRawValue(minimum);
    double max = calibration.getRawValue(maximum);
    if (min == max) {
      throw new IllegalArgumentException(
          String.format(
              "minimum and maximum must be values of the image, which is calibrated as %s…%s %s,"
                  + " but they are %s and %s.",
              Numbers.text(calibration.getCValue(0)),
              Numbers.text(calibration.getCValue(imp.getBitDepth() == 8 ? 255 : 65535)),
              calibration.getValueUnit(),
              Numbers.text(minimum),
              Numbers.text(maximum)));
    }
    return new Intensity(min, max);
  }

  private Intensity displayed(int channel) {
    if (!imp.isComposite()) {
      return Intensity.of(imp.getDisplayRangeMin(), imp.getDisplayRangeMax());
    }
    LUT lut = imp.getLuts()[channel - 1];
    return Intensity.of(lut.min, lut.max);
  }

  private Intensity full(int channel) {
    return switch (imp.getBitDepth()) {
      case 8 -> Intensity.of(0, 255);
      case 16 -> Intensity.of(0, 65535);
      default -> values(channel);
    };
  }

  /** Returns the range of the finite values in all slices of a channel. */
  private Intensity values(int channel) {
    float min = Float.POSITIVE_INFINITY;
    float max = Float.NEGATIVE_INFINITY;
    for (Slices.Position at : new Slices("all", "same").positions(imp)) {
      for (float value : (float[]) processor(imp, channel, at).getPixels()) {
        if (Float.isFinite(value)) {
          min = Math.min(min, value);
          max = Math.max(max, value);
        }
      }
    }
    return Intensity.of(min, max);
  }

  private static ImageProcessor processor(ImagePlus imp, int channel, Slices.Position at) {
    return imp.getStackSize() == 1
        ? imp.getProcessor()
        : imp.getStack().getProcessor(imp.getStackIndex(channel, at.slice(), at.frame()));
  }

  /**
   * Returns the picture at a position of an image with the same channels.
   *
   * @param target this image or a copy
   * @param at the position
   * @param selection the pixels that are replaced
   * @param seen the region that the model sees
   */
  public Picture picture(ImagePlus target, Slices.Position at, Selection selection, Region seen) {
    if (target.getType() == ImagePlus.COLOR_RGB) {
      ColorProcessor pixels = (ColorProcessor) processor(target, 1, at);
      return new Picture(Plane.of(pixels), maps, selection, seen);
    }
    ImageProcessor[] colours = new ImageProcessor[rgb.length];
    for (int c = 0; c < colours.length; c++) {
      int first = first(c);
      colours[c] = first < c ? colours[first] : colour(target, c, at);
    }
    return new Picture(colours, maps, selection, seen);
  }

  private ImageProcessor colour(ImagePlus target, int c, Slices.Position at) {
    return rgb[c] == 0 ? null : processor(target, rgb[c], at);
  }

  /** Returns the number of channels that the model sees, of which some may be missing. */
  public int count() {
    return isRgb() ? COLOURS : (int) Arrays.stream(rgb).distinct().count();
  }

  /** Returns whether the model's red, green and blue are the same grey. */
  public boolean isGrey() {
    return !isRgb() && count() == 1;
  }

  /**
   * Checks that a model's pictures can be like the image.
   *
   * @throws IllegalArgumentException if the model makes grey pictures and the image is none
   */
  public void requireFitting(LatentSpace latents) {
    if (!latents.isGrey() || isGrey()) return;
    int found = count();
    throw new IllegalArgumentException(
        "The model makes grey pictures: expected 1 channel, but it would see "
            + found
            + " of \""
            + imp.getTitle()
            + "\". Choose one, as in channels=1"
            + (isRgb() ? ", after Image ▸ Type ▸ 8-bit or Image ▸ Color ▸ Make Composite." : "."));
  }

  private boolean isRgb() {
    return imp.getType() == ImagePlus.COLOR_RGB;
  }

  /** Returns the one channel of several, from 1, that is grey to the model; 0 for any other. */
  public int single() {
    return isGrey() && imp.getNChannels() > 1 ? rgb[0] : 0;
  }

  /**
   * Returns the values, as ImageJ shows them, that become −1: one for grey or for RGB whose black
   * is 0, else of red, green and blue.
   */
  public String black() {
    return joined(Intensity::min);
  }

  /**
   * Returns the values, as ImageJ shows them, that become 1: one for grey or for RGB whose white is
   * 255, else of red, green and blue.
   */
  public String white() {
    return joined(Intensity::max);
  }

  /** Returns the channels that the model sees, from 1, red, green, blue of RGB, and their maps. */
  public Map<Integer, Intensity> mapped() {
    Map<Integer, Intensity> mapped = new LinkedHashMap<>();
    for (int c = 0; c < rgb.length; c++) {
      int channel = isRgb() ? c + 1 : rgb[c];
      if (channel > 0) mapped.put(channel, maps[c]);
    }
    return mapped;
  }

  /** Returns a note for the user if whole numbers can show nothing of what a model paints. */
  public Optional<String> note() {
    boolean isWhole = imp.getBitDepth() == 8 || imp.getBitDepth() == 16;
    boolean isNarrow = Arrays.stream(maps).anyMatch(map -> Math.abs(map.max() - map.min()) <= 1);
    if (!isWhole || !isNarrow) return Optional.empty();
    return Optional.of(
        String.format(
            "Black and white are %s and %s: between them, an image of whole numbers shows nothing."
                + " Set the display range in Image ▸ Adjust ▸ Brightness/Contrast…, or give the"
                + " range (intensity=given minimum=0 maximum=255, for example).",
            black(), white()));
  }

  private String joined(ToDoubleFunction<Intensity> end) {
    boolean isOne = isGrey() || isRgb() && Arrays.stream(maps).allMatch(Intensity.RGB::equals);
    return Arrays.stream(maps)
        .limit(isOne ? 1 : maps.length)
        .map(map -> Numbers.text(imp.getCalibration().getCValue(end.applyAsDouble(map))))
        .collect(Collectors.joining(","));
  }
}
