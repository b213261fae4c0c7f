package sc.fiji.latentdiffusion.images.pixels;

import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import ij.process.ShortProcessor;

/**
 * Lays what was made over the value that a pixel has, in the range of the image's type.
 *
 * @param most the largest value; infinite for 32 bit, whose values are neither rounded nor clamped
 */
public record Blend(double most) {

  /** That of a grey image. */
  static Blend in(ImageProcessor greys) {
    if (greys instanceof FloatProcessor) {
      return new Blend(Double.POSITIVE_INFINITY);
    }
    return new Blend(greys instanceof ShortProcessor ? 65535 : 255);
  }

  /**
   * A grey value.
   *
   * @param made that lies above
   * @param before that the pixel has; a NaN is covered entirely
   * @param weight of what was made, 0…1
   * @return for 8 and 16 bit rounded, halves to even, and clamped
   */
  double grey(double made, double before, float weight) {
    if (Double.isInfinite(most)) {
      return weight == 1 || Double.isNaN(before) ? made : mixed(made, before, weight);
    }
    double clamped = Math.min(Math.max(made, 0), most);
    return Math.rint(weight == 1 ? clamped : mixed(clamped, before, weight));
  }

  /**
   * A colour of a model, with the opacity that the pixel has.
   *
   * @param r red, about −1…1
   * @param g green
   * @param b blue
   * @param before ARGB that the pixel has
   * @param weight of the colour, 0…1
   */
  public static int rgb(float r, float g, float b, int before, float weight) {
    int made = Intensity.toByte(r) << 16 | Intensity.toByte(g) << 8 | Intensity.toByte(b);
    return rgb(made, before, weight);
  }

  /**
   * A colour, with the opacity that the pixel has.
   *
   * @param made RGB that lies above
   * @param before ARGB that the pixel has
   * @param weight of what was made, 0…1
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
