package sc.fiji.latentdiffusion.images;

import java.util.Arrays;
import java.util.List;

/**
 * How the values of an image become the model's red, green and blue of −1…1, and back.
 *
 * @param channels which channels of a composite are red, green and blue, for example {@code 3,2,1};
 *     0 for none; one alone is grey. Empty: the first three
 * @param intensity which values are −1 and 1: {@code display}, the display range; {@code full}, the
 *     range of the type, for 32 bit that of the values; {@code given}, minimum and maximum. Always
 *     0…255 for RGB
 * @param minimum the value that is −1, where given
 * @param maximum the value that is 1, where given
 */
public record Reading(String channels, String intensity, double minimum, double maximum) {

  /** The choices of {@link #intensity}. */
  public static final List<String> INTENSITIES = List.of("display", "full", "given");

  /** The first three channels, by their display ranges. */
  public static final Reading DISPLAY = new Reading("", "display", 0, 255);

  /**
   * Checks every value.
   *
   * @throws IllegalArgumentException naming the key, what it may be and what it was
   */
  public Reading {
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
    boolean range = Double.isFinite(minimum) && Double.isFinite(maximum) && minimum < maximum;
    if (intensity.equals("given") && !range) {
      throw new IllegalArgumentException(
          "minimum must be less than maximum, both finite, but they are "
              + minimum
              + " and "
              + maximum
              + ".");
    }
  }

  /**
   * The channels of an image that are red, green and blue, from 1; 0 for none. Those of a grey are
   * all the same.
   *
   * @param present how many the image has
   * @return three numbers
   * @throws IllegalArgumentException if one is asked for that the image lacks
   */
  int[] rgb(int present) {
    int[] asked =
        channels.isEmpty()
            ? first(present)
            : Arrays.stream(channels.split(",")).mapToInt(Integer::parseInt).toArray();
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

  private static int[] first(int present) {
    int[] first = new int[Math.min(3, present)];
    Arrays.setAll(first, c -> c + 1);
    return first;
  }
}
