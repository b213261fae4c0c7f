/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
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
 * latent_rgb_factors_bias}, as are those of the 16 channels of Stable Diffusion 3 and FLUX.1:
 * published fits to −1…1, which could not be fitted again here for want of the weights.
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

  private static final double[][] SD3 = {
    {-0.0922, -0.0175, 0.0749},
    {0.0311, 0.0633, 0.0954},
    {0.1994, 0.0927, 0.0458},
    {0.0856, 0.0339, 0.0902},
    {0.0587, 0.0272, -0.0496},
    {-0.0006, 0.1104, 0.0309},
    {0.0978, 0.0306, 0.0427},
    {-0.0042, 0.1038, 0.1358},
    {-0.0194, 0.0020, 0.0669},
    {-0.0488, 0.0130, -0.0268},
    {0.0922, 0.0988, 0.0951},
    {-0.0278, 0.0524, -0.0542},
    {0.0332, 0.0456, 0.0895},
    {-0.0069, -0.0030, -0.0810},
    {-0.0596, -0.0465, -0.0293},
    {-0.1448, -0.1463, -0.1189},
    {0.2394, 0.2135, 0.1925}
  };

  private static final double[][] FLUX = {
    {-0.0346, 0.0244, 0.0681},
    {0.0034, 0.0210, 0.0687},
    {0.0275, -0.0668, -0.0433},
    {-0.0174, 0.0160, 0.0617},
    {0.0859, 0.0721, 0.0329},
    {0.0004, 0.0383, 0.0115},
    {0.0405, 0.0861, 0.0915},
    {-0.0236, -0.0185, -0.0259},
    {-0.0245, 0.0250, 0.1180},
    {0.1008, 0.0755, -0.0421},
    {-0.0515, 0.0201, 0.0011},
    {0.0428, -0.0012, -0.0036},
    {0.0817, 0.0765, 0.0749},
    {-0.1264, -0.0522, -0.1103},
    {-0.0280, -0.0881, -0.0499},
    {-0.1262, -0.0982, -0.0778},
    {-0.0329, -0.0718, -0.0851}
  };

  private VaeLatents() {}

  /**
   * Describes the latents of a VAE.
   *
   * @param config its settings
   * @param tensors its own, by diffusers' names
   * @param factor by which the latents are smaller than the picture
   * @param tinyDecoder name of the small decoder of its family; empty if there is none
   * @throws IOException if it is no VAE
   */
  public static LatentSpace of(
      Config config, Map<String, StoredTensor> tensors, int factor, Optional<String> tinyDecoder)
      throws IOException {
    int channels = channels(tensors);
    double scale = config.number("scaling_factor", VaeConfig.SCALING_FACTOR);
    Optional<double[][]> colours =
        colours(scale, config.integers("block_out_channels"))
            .filter(rows -> rows.length == channels + 1);
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
    if (scale == 1.5305) return Optional.of(SD3);
    if (scale == 0.3611) return Optional.of(FLUX);
    boolean builtIn = scale == 1 && widths.equals(BUILT_IN_WIDTHS);
    return builtIn ? Optional.of(BUILT_IN) : Optional.empty();
  }
}
