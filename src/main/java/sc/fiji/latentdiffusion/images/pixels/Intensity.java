/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.pixels;

import ij.process.ColorProcessor;
import ij.process.ImageProcessor;

/**
 * The linear map between an image's values and the model's −1…1.
 *
 * @param min the stored value that is −1
 * @param max the stored value that is 1; not min, and less under an inverting LUT
 */
public record Intensity(double min, double max) {

  /** The map of the channels of RGB images. */
  public static final Intensity RGB = new Intensity(0, 255);

  /**
   * Returns the map of a processor: its display range in raw values, whatever its LUT; 0…255 for
   * RGB.
   *
   * @throws IllegalArgumentException as {@link #of(double, double)}
   */
  public static Intensity of(ImageProcessor pixels) {
    return pixels instanceof ColorProcessor ? RGB : of(pixels.getMin(), pixels.getMax());
  }

  /**
   * Returns the map of a range. A range of width zero, as of a constant 32-bit image, is widened to
   * a width of one around its value, which becomes 0, a middle grey.
   *
   * @throws IllegalArgumentException if the range is not finite, as where all pixels are NaN
   */
  public static Intensity of(double min, double max) {
    if (!Double.isFinite(min) || !Double.isFinite(max)) {
      throw new IllegalArgumentException(
          String.format(
              "The range of values that maps to the model's −1…1 must be finite, but is %s…%s"
                  + " (only NaN, or infinite values). Set the display range in Image ▸ Adjust ▸"
                  + " Brightness/Contrast…, or give the range (intensity=given minimum=0 maximum=1,"
                  + " for example).",
              min, max));
    }
    return min == max ? new Intensity(min - 0.5, max + 0.5) : new Intensity(min, max);
  }

  /** Returns the map of the same values to which the model's dark and bright are swapped. */
  Intensity reversed() {
    return new Intensity(max, min);
  }

  /**
   * Maps an image's value to the model's. A value outside the range saturates, as on the screen;
   * NaN becomes the minimum. Rounds as diffusers' {@code VaeImageProcessor.normalize}.
   *
   * @return −1…1
   */
  public float toModel(double value) {
    double unit = (value - min) / (max - min);
    return 2f * (float) (unit > 0 ? Math.min(unit, 1) : 0) - 1f;
  }

  /** Inverts {@link #toValue}: a value outside the range stays outside −1…1. */
  public double toUnclamped(double value) {
    return 2 * ((value - min) / (max - min)) - 1;
  }

  /**
   * Maps a model's value to the image's, neither rounded nor clamped.
   *
   * @param x about −1…1
   */
  public double toValue(double x) {
    return min + (x / 2 + 0.5) * (max - min);
  }

  /**
   * Returns the model's value by the map of {@link #RGB} for its value by this map.
   *
   * @param x about −1…1
   */
  float inRgb(float x) {
    return equals(RGB) ? x : (float) RGB.toUnclamped(toValue(x));
  }

  /**
   * Maps a model's value to a channel of RGB as diffusers does: {@code (x / 2 + 0.5).clamp(0, 1)},
   * then numpy's {@code (x * 255).round()}, all in float32 and halves to even.
   *
   * @param x about −1…1
   * @return 0…255
   */
  public static int toByte(float x) {
    float unit = Math.min(Math.max(x / 2 + 0.5f, 0f), 1f);
    return (int) Math.rint(unit * 255f);
  }
}
