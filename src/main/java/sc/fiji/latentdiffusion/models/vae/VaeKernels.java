package sc.fiji.latentdiffusion.models.vae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import sc.fiji.latentdiffusion.nn.KernelFunctions;
import sc.fiji.latentdiffusion.nn.Kernels;

/** The kernels of the autoencoder beside its convolutions; the text is {@code vae}. */
final class VaeKernels {

  private final KernelFunctions functions;

  VaeKernels(Kernels kernels) {
    functions = kernels.functions(VaeKernels.class, "vae");
  }

  /**
   * The mean of the posterior, scaled.
   *
   * @param moments mean and log variance, {@code [b, 2 channels, h, w]}
   * @param channels of the latents
   * @param factor the scaling factor
   * @return {@code factor · mean}, {@code [b, channels, h, w]}, float32, of the moments' manager
   */
  NDArray scaledMean(NDArray moments, int channels, double factor) {
    return functions.call(moments.getManager(), "scaled_mean", moments, channels, factor);
  }

  /**
   * The posterior's means and standard deviations, scaled.
   *
   * @param moments {@code [b, 2 channels, h, w]}: means, then logarithms of variances
   * @param channels of latents
   * @param factor multiplied with both
   * @return means, then standard deviations, {@code [b, 2 channels, h, w]}, float32
   */
  NDArray scaledPosterior(NDArray moments, int channels, double factor) {
    return functions.call(moments.getManager(), "scaled_posterior", moments, channels, factor);
  }

  /**
   * Divides latents by the scaling factor.
   *
   * @param owner of the result
   * @param latents {@code [b, c, h, w]}
   * @param factor the scaling factor
   * @return {@code latents / factor}
   */
  NDArray unscale(NDManager owner, NDArray latents, double factor) {
    return functions.call(owner, "unscale", latents, factor);
  }

  /**
   * Replaces every pixel by the nearest row of a codebook.
   *
   * @param x {@code [b, c, h, w]}
   * @param codebook {@code [n, c]}
   * @return {@code [b, c, h, w]}, of the manager of x
   */
  NDArray quantized(NDArray x, NDArray codebook) {
    return functions.call(x.getManager(), "quantized", x, codebook);
  }
}
