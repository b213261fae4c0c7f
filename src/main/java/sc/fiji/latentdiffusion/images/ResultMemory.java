/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import ij.ImagePlus;
import sc.fiji.latentdiffusion.images.pixels.ResultType;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.pipeline.Request;

/** The memory of ImageJ that the pixels of results take. */
public final class ResultMemory {

  private static final double GIB = 1 << 30;

  /** Numbers of a latent image by channels, of four bytes. */
  private static final int LATENT_BYTES = 16;

  private static final int PIXEL_BYTES = 4;

  private static final int COLOURS = 3;

  private ResultMemory() {}

  /** Returns the bytes of a picture of a request with its size, as a result of a type. */
  static double picture(Request request, ResultType type) {
    int channels = type == ResultType.FLOAT ? COLOURS : 1;
    return (double) channels * PIXEL_BYTES * request.width() * request.height();
  }

  /**
   * Returns the bytes of the current slice and frame of an image, with all channels, as a result of
   * a type.
   */
  public static double slice(ImagePlus image, ResultType type) {
    double pixels = (double) image.getWidth() * image.getHeight();
    if (type == ResultType.AUTO) return pixels * image.getNChannels() * image.getBytesPerPixel();
    boolean isRgb = image.getType() == ImagePlus.COLOR_RGB;
    return pixels * (isRgb ? COLOURS : image.getNChannels()) * PIXEL_BYTES;
  }

  /**
   * Estimates the bytes of the step stacks of one run.
   *
   * @param request with the picture's size
   * @param factor of the latents
   * @param type of the pictures
   */
  static double steps(Request request, Stacks stacks, int factor, ResultType type) {
    double pixels = (double) request.width() * request.height();
    double latents = pixels / (factor * factor) * LATENT_BYTES;
    int several = (stacks.latents() ? 1 : 0) + (stacks.noise() ? 1 : 0);
    several += (stacks.predicted() ? 1 : 0) + (stacks.further().split() ? 2 : 0);
    int pictures = (stacks.decoded() ? 1 : 0) + (stacks.further().noisy() ? 1 : 0);
    return request.steps() * (several * latents + pictures * picture(request, type));
  }

  /**
   * Refuses more results than ImageJ's memory holds.
   *
   * @param count of the results
   * @param each bytes of one of them
   * @param named the results, as "count=10000 answers"
   * @throws IllegalArgumentException if they take more than is free
   */
  public static void require(int count, double each, String named) {
    Runtime java = Runtime.getRuntime();
    double free = java.maxMemory() - java.totalMemory() + java.freeMemory();
    if (count * each <= free) return;
    throw new IllegalArgumentException(
        String.format(
            "%s take %.1f GiB of memory, but ImageJ has %.1f GiB left. Choose at most %d, or give"
                + " ImageJ more (Edit ▸ Options ▸ Memory & Threads…).",
            named, count * each / GIB, free / GIB, (long) (free / each)));
  }
}
