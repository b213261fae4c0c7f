/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.pixels;

import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import ij.process.ShortProcessor;
import java.util.Optional;

/** How a new value is blended over the value of a pixel, by the type of the image. */
public enum Blend {
  /** 8-bit grey: rounded, halves to even, and clamped. */
  BYTE("8-bit", 255),
  /** 16-bit grey: rounded, halves to even, and clamped. */
  SHORT("16-bit", 65535),
  /** A channel of RGB: as 8-bit grey, but computed in float32, as diffusers does. */
  COLOUR("RGB", 255) {
    @Override
    double made(double x, Intensity map) {
      return Intensity.toByte(map.inRgb((float) x));
    }

    @Override
    double unclamped(double x, Intensity map) {
      return Intensity.RGB.toValue(map.inRgb((float) x));
    }
  },
  /** Real numbers: neither rounded nor clamped. */
  REAL(null, Double.POSITIVE_INFINITY);

  private final String type;
  private final double most;

  Blend(String type, double most) {
    this.type = type;
    this.most = most;
  }

  /** Returns the blend of a grey image's type. */
  static Blend in(ImageProcessor greys) {
    if (greys instanceof FloatProcessor) return REAL;
    return greys instanceof ShortProcessor ? SHORT : BYTE;
  }

  /** Returns the type to which values are rounded, as users call it; empty for real numbers. */
  Optional<String> type() {
    return Optional.ofNullable(type);
  }

  /** Returns the value of a model's, within the range of the type. */
  double made(double x, Intensity map) {
    double value = map.toValue(x);
    return this == REAL ? value : Math.min(Math.max(value, 0), most);
  }

  /** Returns the value of a model's, whether the type holds it or not. */
  double unclamped(double x, Intensity map) {
    return map.toValue(x);
  }

  /**
   * Blends a model's value over that of a pixel.
   *
   * @param x about −1…1
   * @param map of the pixel's values
   * @param before the pixel's value; a NaN is replaced whatever the weight
   * @param weight of the new value, 0…1
   */
  double blended(double x, Intensity map, double before, float weight) {
    double made = made(x, map);
    double mixed = weight == 1 || Double.isNaN(before) ? made : mixed(made, before, weight);
    return this == REAL ? mixed : Math.rint(mixed);
  }

  /** Returns whether the type does not hold a model's value, even rounded. */
  boolean isClamped(double x, Intensity map) {
    double rounded = Math.rint(unclamped(x, map));
    return this != REAL && (rounded < 0 || rounded > most);
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
