/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.probes;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import javax.imageio.ImageIO;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;

/** A picture that an autoencoder encodes and decodes: a drawn scene that comes with the plugin. */
public final class RoundTrip {

  /** The PSNR in dB of the built-in model, at least. */
  public static final double BUILT_IN = 30;

  private static final int COLOURS = 3;
  private static final int BYTE = 255;

  private RoundTrip() {}

  /**
   * Encodes the scene to the mean of the posterior, and decodes it.
   *
   * @return the peak signal-to-noise ratio in dB, 20 log₁₀ of the range over the RMS of the error
   * @throws IllegalArgumentException if the model has no autoencoder
   * @throws IOException if the scene can't be read
   */
  public static double psnr(LatentDiffusion model) throws IOException {
    if (model.factor() == 1) {
      throw new IllegalArgumentException("the model works on pixels and has no autoencoder");
    }
    try (NDManager memory = model.manager().newSubManager()) {
      NDArray scene = scene(memory);
      NDArray latents = model.encode(scene, memory);
      float[] decoded = model.decode(latents, memory).toFloatArray();
      float[] given = scene.toFloatArray();
      double squares = 0;
      for (int i = 0; i < given.length; i++) {
        squares += ((double) decoded[i] - given[i]) * ((double) decoded[i] - given[i]);
      }
      return 20 * Math.log10(2 / Math.sqrt(squares / given.length));
    }
  }

  /** Reads the scene, {@code [1, 3, 128, 128]}, −1…1. */
  private static NDArray scene(NDManager owner) throws IOException {
    BufferedImage image;
    try (InputStream in = RoundTrip.class.getResourceAsStream("scene.png")) {
      image = ImageIO.read(in);
    }
    int width = image.getWidth();
    int height = image.getHeight();
    float[] values = new float[COLOURS * width * height];
    for (int i = 0; i < width * height; i++) {
      int rgb = image.getRGB(i % width, i / width);
      for (int c = 0; c < COLOURS; c++) {
        int value = rgb >> (16 - 8 * c) & BYTE;
        values[c * width * height + i] = 2f * value / BYTE - 1;
      }
    }
    return owner.create(values, new Shape(1, COLOURS, height, width));
  }
}
