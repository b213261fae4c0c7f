package sc.fiji.latentdiffusion.models;

import java.util.Optional;

/**
 * The latents of an autoencoder. The denoiser works on {@code (mean − shift) · scale}.
 *
 * @param channels number of channels, for example 4
 * @param factor pixels of the picture's width that one pixel of the latents covers: 8, or 1 where
 *     the denoiser works on pixels
 * @param scale factor of the encoder's mean
 * @param shift subtracted from the encoder's mean before scaling
 * @param colours linear map to RGB: one row {red, green, blue} for each channel, then a row of
 *     offsets; empty if none is known
 * @param tinyDecoder name of the small decoder for previews, for example {@code taesd}; empty if
 *     there is none
 * @param multiple by which the denoiser needs width and height of latents to be divisible
 * @param isGrey whether pictures are grey: their red, green and blue are equal
 */
public record LatentSpace(
    int channels,
    int factor,
    double scale,
    double shift,
    Optional<double[][]> colours,
    Optional<String> tinyDecoder,
    int multiple,
    boolean isGrey) {

  /** Latents of coloured pictures, of any size. */
  public LatentSpace(
      int channels,
      int factor,
      double scale,
      double shift,
      Optional<double[][]> colours,
      Optional<String> tinyDecoder) {
    this(channels, factor, scale, shift, colours, tinyDecoder, 1, false);
  }

  /** Returns a copy for a denoiser that needs width and height to be divisible by a number. */
  public LatentSpace inMultiplesOf(int number) {
    return new LatentSpace(channels, factor, scale, shift, colours, tinyDecoder, number, isGrey);
  }

  /** Returns by which number width and height of a picture must be divisible. */
  public int pixelMultiple() {
    return factor * multiple;
  }
}
