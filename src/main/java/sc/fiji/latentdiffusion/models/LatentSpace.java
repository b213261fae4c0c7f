/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
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
 * @param pictureChannels of pictures: 1 for grey, whose red, green and blue are equal; 3 for
 *     colours; any other number for a model on pixels of as many channels
 * @param largest width and height of latents that the denoiser has places for; 0 for any
 */
public record LatentSpace(
    int channels,
    int factor,
    double scale,
    double shift,
    Optional<double[][]> colours,
    Optional<String> tinyDecoder,
    int multiple,
    int pictureChannels,
    int largest) {

  /** Red, green, blue, grey, cyan, magenta and yellow, as ImageJ colours channels. */
  private static final int[][] HUES = {
    {1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, 1, 1}, {0, 1, 1}, {1, 0, 1}, {1, 1, 0}
  };

  /** Latents of coloured pictures, of any size. */
  public LatentSpace(
      int channels,
      int factor,
      double scale,
      double shift,
      Optional<double[][]> colours,
      Optional<String> tinyDecoder) {
    this(channels, factor, scale, shift, colours, tinyDecoder, 1, 3, 0);
  }

  /** Latents of pictures of some channels, of any size that is divisible by a number. */
  public LatentSpace(
      int channels,
      int factor,
      double scale,
      double shift,
      Optional<double[][]> colours,
      Optional<String> tinyDecoder,
      int multiple,
      int pictureChannels) {
    this(channels, factor, scale, shift, colours, tinyDecoder, multiple, pictureChannels, 0);
  }

  /** Returns a copy for a denoiser that needs width and height to be divisible by a number. */
  public LatentSpace inMultiplesOf(int number) {
    return new LatentSpace(
        channels, factor, scale, shift, colours, tinyDecoder, number, pictureChannels, largest);
  }

  /** Returns a copy for a denoiser that has places for so many latents in a row, and no more. */
  public LatentSpace upTo(int latents) {
    return new LatentSpace(
        channels, factor, scale, shift, colours, tinyDecoder, multiple, pictureChannels, latents);
  }

  /**
   * Returns the colours of pictures of some channels, each from black to a hue of its own.
   *
   * @param number of channels
   * @return as {@link #colours}
   */
  public static double[][] composite(int number) {
    double[][] rows = new double[number + 1][3];
    for (int c = 0; c < 3; c++) {
      rows[number][c] = -1;
      for (int k = 0; k < number; k++) {
        rows[k][c] = HUES[k % HUES.length][c];
        rows[number][c] += rows[k][c];
      }
    }
    return rows;
  }

  /** Returns the number of channels of a picture that is encoded, or was decoded. */
  public int encodedChannels() {
    return isGrey() ? 3 : pictureChannels;
  }

  /** Returns whether pictures are grey: their red, green and blue are equal. */
  public boolean isGrey() {
    return pictureChannels == 1;
  }

  /** Returns by which number width and height of a picture must be divisible. */
  public int pixelMultiple() {
    return factor * multiple;
  }
}
