/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.vae;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.nn.Weights;

/**
 * How much memory a VAE takes at its peak, by the shapes of its decoder's last level, which works
 * at the picture's full size; and whether that is too much for a picture as a whole.
 *
 * @param factor by which the latents are smaller than the picture
 * @param bytesPerPixel of the last level's widest input, its output and the results between them
 */
public record VaeMemory(int factor, double bytesPerPixel) {

  /** The size of a tile, in pixels of the latents. */
  static final int TILE = 96;

  /** Up to this, pictures are worked on as a whole. */
  private static final double WHOLE_BYTES = 1L << 32;

  /** The bytes a pixel of the picture and its copies. */
  private static final double PICTURE_BYTES = 40;

  private static final String UP_BLOCKS = "decoder.up_blocks.";

  static VaeMemory of(Weights weights) throws IOException {
    int levels = weights.count("decoder.up_blocks");
    long[] conv = weights.shape(widest(levels));
    return of(levels, conv, weights.precision().dtype().bytes());
  }

  /**
   * Reads the headers of a VAE that is not loaded.
   *
   * @param tensors its own, by diffusers' names
   * @param elementBytes of the numbers that it will compute with
   * @throws IOException if they are no VAE's
   */
  public static VaeMemory of(Map<String, StoredTensor> tensors, int elementBytes)
      throws IOException {
    int levels = 0;
    while (tensors.containsKey(widest(levels + 1))) {
      levels++;
    }
    if (levels == 0) {
      throw new IOException(
          "The VAE has no tensor " + widest(1) + "; it is none that is supported");
    }
    return of(levels, tensors.get(widest(levels)).shape(), elementBytes);
  }

  private static String widest(int levels) {
    return UP_BLOCKS + (levels - 1) + ".resnets.0.conv1.weight";
  }

  private static VaeMemory of(int levels, long[] conv, int elementBytes) throws IOException {
    if (conv.length != 4) {
      throw new IOException(
          "The VAE's tensor "
              + widest(levels)
              + " has the shape "
              + Arrays.toString(conv)
              + "; expected [n, n, 3, 3]. The file is damaged: copy or download it again, or choose"
              + " another model.");
    }
    return new VaeMemory(1 << (levels - 1), (2.0 * conv[1] + 2.0 * conv[0]) * elementBytes);
  }

  /** Returns the same for numbers that take so many times the bytes. */
  public VaeMemory times(int elementBytes) {
    return new VaeMemory(factor, elementBytes * bytesPerPixel);
  }

  /**
   * Returns how much memory encoding or decoding takes at its peak.
   *
   * @param width of the picture in pixels
   * @param height of the picture in pixels
   * @return bytes, an estimate
   */
  public double bytes(long width, long height) {
    double pixels = (double) width * height;
    double work = isTiled(width, height) ? Math.pow(TILE * factor, 2) : pixels;
    return work * bytesPerPixel + pixels * PICTURE_BYTES;
  }

  /**
   * Returns how many pictures are decoded at once: those that take at most 4 GiB together; at least
   * one, and one alone in tiles.
   */
  int together(long width, long height) {
    return isTiled(width, height) ? 1 : (int) Math.max(1, WHOLE_BYTES / bytes(width, height));
  }

  /**
   * Returns whether a picture is encoded and decoded in tiles that overlap: where the whole would
   * take more than 4 GiB, on any machine.
   */
  public boolean isTiled(long width, long height) {
    return (double) width * height * bytesPerPixel > WHOLE_BYTES
        && Math.max(width, height) > TILE * factor;
  }
}
