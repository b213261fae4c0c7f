package sc.fiji.latentdiffusion.images.results;

import ai.djl.ndarray.NDArray;
import ij.process.ColorProcessor;
import java.util.Optional;
import sc.fiji.latentdiffusion.images.pixels.Intensity;
import sc.fiji.latentdiffusion.images.pixels.Tensors;
import sc.fiji.latentdiffusion.models.LatentSpace;

/**
 * The linear map from latents to colours: a picture of latents, nearly, without decoding them. The
 * model's family declares it.
 */
public final class LatentColours {

  private final double[][] rows;

  private LatentColours(double[][] rows) {
    this.rows = rows;
  }

  /** Returns the map of a model's latents; empty if none is known. */
  public static Optional<LatentColours> of(LatentSpace latents) {
    return latents.colours().map(LatentColours::new);
  }

  /**
   * Paints latents.
   *
   * @param latents {@code [1, c, height, width]}
   * @return a picture of their width and height
   */
  public ColorProcessor picture(NDArray latents) {
    float[][] channels = Tensors.channels(latents);
    int width = Math.toIntExact(latents.getShape().get(3));
    int[] pixels = new int[channels[0].length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] =
          0xff000000
              | colour(channels, i, 0) << 16
              | colour(channels, i, 1) << 8
              | colour(channels, i, 2);
    }
    return new ColorProcessor(width, pixels.length / width, pixels);
  }

  private int colour(float[][] channels, int i, int c) {
    double sum = rows[channels.length][c];
    for (int k = 0; k < channels.length; k++) {
      sum += rows[k][c] * channels[k][i];
    }
    return Intensity.toByte((float) sum);
  }
}
