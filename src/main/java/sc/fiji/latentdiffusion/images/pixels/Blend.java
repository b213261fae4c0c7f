package sc.fiji.latentdiffusion.images.pixels;

import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import ij.process.ShortProcessor;

/**
 * Blends a new value over the value of a pixel, in the range of the image's type.
 *
 * @param most the largest value; infinite for 32 bit, whose values are neither rounded nor clamped
 */
public record Blend(double most) {

  /** The blend of a channel of RGB. */
  static final Blend COLOUR = new Blend(255);

  /** Returns the blend of a grey image's type. */
  static Blend in(ImageProcessor greys) {
    if (greys instanceof FloatProcessor) {
      return new Blend(Double.POSITIVE_INFINITY);
    }
    return new Blend(greys instanceof ShortProcessor ? 65535 : 255);
  }

  /**
   * Blends grey values.
   *
   * @param made the new value
   * @param before the pixel's value; a NaN is replaced whatever the weight
   * @param weight of the new value, 0…1
   * @return the blend, for 8 and 16 bit rounded, halves to even, and clamped
   */
  double grey(double made, double before, float weight) {
    if (Double.isInfinite(most)) {
      return weight == 1 || Double.isNaN(before) ? made : mixed(made, before, weight);
    }
    double clamped = Math.min(Math.max(made, 0), most);
    return Math.rint(weight == 1 ? clamped : mixed(clamped, before, weight));
  }

  /** Returns whether the type does not hold a grey value, even rounded. */
  boolean isClamped(double made) {
    double rounded = Math.rint(made);
    return rounded < 0 || rounded > most;
  }

  /**
   * Blends a model's colour over a pixel, whose opacity stays.
   *
   * @param r red, about −1…1
   * @param g green
   * @param b blue
   * @param before the pixel's ARGB
   * @param weight of the new colour, 0…1
   */
  public static int rgb(float r, float g, float b, int before, float weight) {
    int made = Intensity.toByte(r) << 16 | Intensity.toByte(g) << 8 | Intensity.toByte(b);
    return rgb(made, before, weight);
  }

  /**
   * Blends a colour over a pixel, whose opacity stays.
   *
   * @param made the new RGB
   * @param before the pixel's ARGB
   * @param weight of the new colour, 0…1
   */
  public static int rgb(int made, int before, float weight) {
    int red = part(made >> 16, before >> 16, weight);
    int green = part(made >> 8, before >> 8, weight);
    int blue = part(made, before, weight);
    return before & 0xff000000 | red << 16 | green << 8 | blue;
  }

  private static int part(int made, int before, float weight) {
    return (int) Math.rint(mixed(made & 255, before & 255, weight));
  }

  private static double mixed(double made, double before, float weight) {
    return before + weight * (made - before);
  }
}
