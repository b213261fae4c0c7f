package sc.fiji.latentdiffusion.models.vae;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.models.LatentSpace;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The latents of a VAE by its settings, with the linear map to colours of those VAEs for which one
 * is known.
 *
 * <p>The map of the built-in model was fitted by {@code src/train/python/colours.py} and explains
 * 92 % of the variance. Those of Stable Diffusion 1 and 2 are InvokeAI's {@code
 * v1_5_latent_rgb_factors}, those of SDXL are ComfyUI's {@code latent_rgb_factors} and {@code
 * latent_rgb_factors_bias}: published fits to −1…1, which could not be fitted again here for want
 * of the weights.
 */
public final class VaeLatents {

  /** Widths of the built-in model's VAE, whose latents are not scaled. */
  private static final List<Integer> BUILT_IN_WIDTHS = List.of(16, 32, 64, 96);

  private static final double[][] BUILT_IN = {
    {0.5791, 0.4185, 0.4148},
    {0.2006, 0.3971, 0.2718},
    {0.1452, 0.1855, 0.3419},
    {0.0807, 0.1284, 0.1335},
    {-0.338, -0.3527, -0.369}
  };

  private static final double[][] SD = {
    {0.3444, 0.1385, 0.0670},
    {0.1247, 0.4027, 0.1494},
    {-0.3192, 0.2513, 0.2103},
    {-0.1307, -0.1874, -0.7445},
    {0, 0, 0}
  };

  private static final double[][] SDXL = {
    {0.3651, 0.4232, 0.4341},
    {-0.2533, -0.0042, 0.1068},
    {0.1076, 0.1111, -0.0362},
    {-0.3165, -0.2492, -0.2188},
    {0.1084, -0.0175, -0.0011}
  };

  private VaeLatents() {}

  /**
   * Describes the latents of a VAE for which there is no small decoder.
   *
   * @param config its settings
   * @param tensors its own, by diffusers' names
   * @param factor by which the latents are smaller than the picture
   * @throws IOException if it is no VAE
   */
  public static LatentSpace of(Config config, Map<String, StoredTensor> tensors, int factor)
      throws IOException {
    return of(config, tensors, factor, Optional.empty());
  }

  /**
   * Describes the latents of a VAE.
   *
   * @param config its settings
   * @param tensors its own, by diffusers' names
   * @param factor by which the latents are smaller than the picture
   * @param tinyDecoder name of the small decoder of its family
   * @throws IOException if it is no VAE
   */
  public static LatentSpace of(
      Config config, Map<String, StoredTensor> tensors, int factor, String tinyDecoder)
      throws IOException {
    return of(config, tensors, factor, Optional.of(tinyDecoder));
  }

  private static LatentSpace of(
      Config config, Map<String, StoredTensor> tensors, int factor, Optional<String> tinyDecoder)
      throws IOException {
    int channels = channels(tensors);
    double scale = config.number("scaling_factor", VaeConfig.SCALING_FACTOR);
    Optional<double[][]> colours =
        channels == 4 ? colours(scale, config.integers("block_out_channels")) : Optional.empty();
    double shift = config.number("shift_factor", 0);
    return new LatentSpace(channels, factor, scale, shift, colours, tinyDecoder);
  }

  private static int channels(Map<String, StoredTensor> tensors) throws IOException {
    StoredTensor codebook = tensors.get(Codebook.TENSOR);
    if (codebook != null && codebook.shape().length == 2) return (int) codebook.shape()[1];
    String name = "decoder.conv_in.weight";
    StoredTensor input = tensors.get(name);
    if (input != null && input.shape().length == 4) return (int) input.shape()[1];
    throw new IOException(
        "The VAE's tensor "
            + name
            + (input == null ? " is missing" : " has the shape " + Arrays.toString(input.shape()))
            + "; expected [n, latent channels, 3, 3]. Copy or download the model again.");
  }

  /**
   * Returns the colours of a VAE, which its settings tell apart from others.
   *
   * @param scale its scaling factor
   * @param widths of its levels, in channels
   * @return as {@link LatentSpace#colours}; empty if none are known
   */
  public static Optional<double[][]> colours(double scale, List<Integer> widths) {
    if (scale == 0.18215) return Optional.of(SD);
    if (scale == 0.13025) return Optional.of(SDXL);
    boolean builtIn = scale == 1 && widths.equals(BUILT_IN_WIDTHS);
    return builtIn ? Optional.of(BUILT_IN) : Optional.empty();
  }
}
