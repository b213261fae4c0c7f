package sc.fiji.latentdiffusion.images.results;

import ai.djl.ndarray.NDArray;
import ij.process.ColorProcessor;
import java.util.Optional;
import sc.fiji.latentdiffusion.images.pixels.Intensity;
import sc.fiji.latentdiffusion.images.pixels.Tensors;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;

/**
 * The linear map from the latents of a VAE to colours: what a picture looks like, nearly, without
 * being decoded.
 *
 * <p>Of the model in the jar fitted by {@code src/train/python/colours.py}, which explains 92 % of
 * the variance. Those of Stable Diffusion 1 and 2 are the {@code v1_5_latent_rgb_factors} of
 * InvokeAI, those of SDXL the {@code latent_rgb_factors} and {@code latent_rgb_factors_bias} of
 * ComfyUI: published fits to −1…1, which could not be fitted again here for want of the weights.
 */
public final class LatentColours {

  private static final String BUILT_IN = "built-in";

  /** Rows are latent channels, the last one is for 1; columns red, green, blue of −1…1. */
  private static final double[][] BUILT_IN_ROWS = {
    {0.5791, 0.4185, 0.4148},
    {0.2006, 0.3971, 0.2718},
    {0.1452, 0.1855, 0.3419},
    {0.0807, 0.1284, 0.1335},
    {-0.338, -0.3527, -0.369}
  };

  private static final double[][] SD_ROWS = {
    {0.3444, 0.1385, 0.0670},
    {0.1247, 0.4027, 0.1494},
    {-0.3192, 0.2513, 0.2103},
    {-0.1307, -0.1874, -0.7445},
    {0, 0, 0}
  };

  private static final double[][] SDXL_ROWS = {
    {0.3651, 0.4232, 0.4341},
    {-0.2533, -0.0042, 0.1068},
    {0.1076, 0.1111, -0.0362},
    {-0.3165, -0.2492, -0.2188},
    {0.1084, -0.0175, -0.0011}
  };

  private final double[][] rows;

  private LatentColours(double[][] rows) {
    this.rows = rows;
  }

  /** The map of a model; nothing if its VAE is none of those known. */
  public static Optional<LatentColours> of(LatentDiffusion model) {
    if (model.latentChannels() != 4) {
      return Optional.empty();
    }
    if (model.model().name().equals(BUILT_IN)) {
      return Optional.of(new LatentColours(BUILT_IN_ROWS));
    }
    return of(model.scalingFactor());
  }

  /** The map of a family of VAEs, which their scaling factors tell apart. */
  public static Optional<LatentColours> of(double scalingFactor) {
    if (scalingFactor == 0.18215) {
      return Optional.of(new LatentColours(SD_ROWS));
    }
    return scalingFactor == 0.13025 ? Optional.of(new LatentColours(SDXL_ROWS)) : Optional.empty();
  }

  /**
   * The colours of latents.
   *
   * @param latents [1, 4, height, width]
   * @return of their width and height
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
