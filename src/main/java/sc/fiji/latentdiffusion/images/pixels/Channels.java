package sc.fiji.latentdiffusion.images.pixels;

import ij.ImagePlus;
import ij.process.ColorProcessor;
import ij.process.ImageProcessor;
import ij.process.LUT;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import sc.fiji.latentdiffusion.images.results.Info;

/**
 * The channels of an image that are a model's red, green and blue, with the map of the values of
 * each. It stands for all slices of a stack.
 */
public final class Channels {

  private final ImagePlus imp;
  private final int[] rgb;
  private final Intensity[] maps = new Intensity[3];

  private Channels(ImagePlus imp, int[] rgb) {
    this.imp = imp;
    this.rgb = rgb;
  }

  /**
   * Those of an image, as a reading says.
   *
   * @throws IllegalArgumentException if it lacks them, or a range of values is not finite, or given
   *     for RGB
   */
  public static Channels of(ImagePlus imp, ChannelMapping reading) {
    if (imp.getType() == ImagePlus.COLOR_RGB && reading.intensity().equals("given")) {
      throw new IllegalArgumentException(
          "intensity must be display or full for an RGB image, whose black and white are always 0"
              + " and 255, but is given. Image ▸ Color ▸ Make Composite makes it an image with"
              + " ranges.");
    }
    Channels channels = new Channels(imp, reading.rgb(imp.getNChannels()));
    for (int c = 0; c < 3; c++) {
      int first = channels.first(c);
      channels.maps[c] = first < c ? channels.maps[first] : channels.map(c, reading);
    }
    return channels;
  }

  /**
   * Checks what can be known of a reading without a look at all slices.
   *
   * @throws IllegalArgumentException if the image lacks a channel, or a range is not finite
   */
  public static void check(ImagePlus imp, ChannelMapping reading) {
    if (reading.intensity().equals("full") && imp.getBitDepth() == 32) {
      reading.rgb(imp.getNChannels());
    } else {
      of(imp, reading);
    }
  }

  /** The first colour that is the same channel. */
  private int first(int c) {
    int first = 0;
    while (rgb[first] != rgb[c]) {
      first++;
    }
    return first;
  }

  private Intensity map(int c, ChannelMapping reading) {
    if (rgb[c] == 0 || imp.getType() == ImagePlus.COLOR_RGB) {
      return Intensity.RGB;
    }
    return switch (reading.intensity()) {
      case "given" -> new Intensity(reading.minimum(), reading.maximum());
      case "full" -> full(rgb[c]);
      default -> displayed(rgb[c]);
    };
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

  /** The range of the finite values in all slices of a channel. */
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
   * A position of an image with the same channels, through these maps.
   *
   * @param target this image or a copy
   * @param selection that is replaced
   * @param seen that is shown to the model
   */
  public Picture picture(ImagePlus target, Slices.Position at, Selection selection, Region seen) {
    if (target.getType() == ImagePlus.COLOR_RGB) {
      return new Picture((ColorProcessor) processor(target, 1, at), selection, seen);
    }
    ImageProcessor[] colours = new ImageProcessor[3];
    for (int c = 0; c < 3; c++) {
      int first = first(c);
      colours[c] = first < c ? colours[first] : colour(target, c, at);
    }
    return new Picture(colours, maps, selection, seen);
  }

  private ImageProcessor colour(ImagePlus target, int c, Slices.Position at) {
    return rgb[c] == 0 ? null : processor(target, rgb[c], at);
  }

  /** The values that are −1, one for grey or RGB, else of red, green and blue. */
  public String black() {
    return joined(Intensity::min);
  }

  /** The values that are 1, alike. */
  public String white() {
    return joined(Intensity::max);
  }

  private String joined(ToDoubleFunction<Intensity> end) {
    boolean grey = rgb[0] == rgb[1] && rgb[1] == rgb[2];
    return Arrays.stream(maps)
        .limit(grey ? 1 : 3)
        .map(map -> Info.number(end.applyAsDouble(map)))
        .collect(Collectors.joining(","));
  }
}
