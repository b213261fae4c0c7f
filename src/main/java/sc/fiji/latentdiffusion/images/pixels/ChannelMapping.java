/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.pixels;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.keys.Numbers;

/**
 * The mapping of an image's values to the model's red, green and blue of −1…1, and back.
 *
 * @param channels numbers of the red, green and blue channel of a composite, for example {@code
 *     3,2,1}; 0 for none; one alone is grey; empty for the first three
 * @param intensity the values that become −1 and 1: {@code display}, the display range; {@code
 *     full}, the range of the type, for 32 bit that of the values; {@code given}, minimum and
 *     maximum; {@code around}, the range of what is seen around the selection, of each colour and
 *     slice; RGB is 0…255 with the first two and refuses the third; an inverting LUT swaps −1 and 1
 * @param minimum the value that becomes −1, if given, as ImageJ shows it; else 0
 * @param maximum the value that becomes 1, if given, as ImageJ shows it; else 255
 */
public record ChannelMapping(String channels, String intensity, double minimum, double maximum) {

  /** The intensity of a repair. */
  public static final String AROUND = "around";

  /** The choices of {@link #intensity}. */
  public static final List<String> INTENSITIES = List.of("display", "full", "given", AROUND);

  /** The minimum if none is given. */
  private static final double MINIMUM = 0;

  private static final double MAXIMUM = 255;

  /** The first three channels, by their display ranges. */
  public static final ChannelMapping DISPLAY = new ChannelMapping("", "display", MINIMUM, MAXIMUM);

  /** The channels of an RGB image that was split into three, whose range is 0…255. */
  public static final ChannelMapping OF_RGB = new ChannelMapping("", "given", MINIMUM, MAXIMUM);

  /**
   * Checks every value.
   *
   * @throws IllegalArgumentException if one is wrong; the message names its key
   */
  public ChannelMapping {
    channels = channels == null ? "" : channels.replace(" ", "");
    if (!channels.matches("|\\d{1,6}(,\\d{1,6}){0,2}") || channels.matches("0(,0)*")) {
      throw new IllegalArgumentException(
          "channels must be empty (the first three) or up to three numbers, those of the red,"
              + " green and blue channel, as in 1,2,3 (0 for none), but is "
              + channels
              + ".");
    }
    if (!INTENSITIES.contains(intensity)) {
      throw new IllegalArgumentException(
          "intensity must be one of " + INTENSITIES + ", but is " + intensity + ".");
    }
    if (!intensity.equals("given")) {
      requireUnused("minimum", minimum, MINIMUM, intensity);
      requireUnused("maximum", maximum, MAXIMUM, intensity);
    } else if (!Double.isFinite(minimum) || !Double.isFinite(maximum) || minimum >= maximum) {
      throw new IllegalArgumentException(
          "minimum must be less than maximum, both finite, but they are "
              + minimum
              + " and "
              + maximum
              + ".");
    }
  }

  private static void requireUnused(String key, double value, double unused, String intensity) {
    if (value != unused) {
      throw new IllegalArgumentException(
          String.format(
              "%s is used only with intensity=given, but is %s with intensity=%s. Choose"
                  + " intensity=given, or leave minimum and maximum at 0 and 255.",
              key, Numbers.text(value), intensity));
    }
  }

  /** Returns whether black and white are found around a selection. */
  public boolean isAround() {
    return intensity.equals(AROUND);
  }

  /** Returns the values, by key, in another form than the user may have given them. */
  public Map<String, String> resolved() {
    return Map.of("channels", channels);
  }

  /**
   * Returns the channels of an image that are red, green and blue, from 1; 0 for none. Those of a
   * grey are all the same.
   *
   * @param present number of the image's channels
   * @return three numbers
   * @throws IllegalArgumentException if the image lacks one of them
   */
  int[] rgb(int present) {
    int[] asked = channels.isEmpty() ? first(present) : numbers();
    for (int channel : asked) {
      if (channel > present) {
        throw new IllegalArgumentException(
            String.format(
                "channels must name channels of the image, which has %d, but is %s.",
                present, channels));
      }
    }
    return asked.length == 1 ? new int[] {asked[0], asked[0], asked[0]} : Arrays.copyOf(asked, 3);
  }

  /**
   * Returns the channels that a model of other than three channels sees, from 1.
   *
   * @param present number of the image's channels
   * @param wanted number of the model's
   * @return as many numbers
   * @throws IllegalArgumentException if they are not as many; the message says both numbers
   */
  int[] exactly(int present, int wanted) {
    int[] asked = channels.isEmpty() ? first(present, present) : numbers();
    boolean isFitting = asked.length == wanted;
    for (int channel : asked) isFitting &= channel > 0 && channel <= present;
    if (isFitting) return asked;
    throw new IllegalArgumentException(
        String.format(
            "The model sees pictures of %d %s, but the image has %d%s. Choose another image%s.",
            wanted,
            wanted == 1 ? "channel" : "channels",
            present,
            channels.isEmpty() ? "" : ", and channels is " + channels,
            present > wanted && wanted <= 3 ? ", or " + example(wanted) : ""));
  }

  private static String example(int wanted) {
    return "name " + (wanted == 1 ? "one, as in channels=1" : "as many, as in channels=1,2");
  }

  private int[] numbers() {
    return Arrays.stream(channels.split(",")).mapToInt(Integer::parseInt).toArray();
  }

  private static int[] first(int present) {
    return first(present, 3);
  }

  private static int[] first(int present, int most) {
    int[] first = new int[Math.min(most, present)];
    Arrays.setAll(first, c -> c + 1);
    return first;
  }
}
