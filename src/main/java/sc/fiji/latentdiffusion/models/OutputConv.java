package sc.fiji.latentdiffusion.models;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Layer;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;

/** How every network of images ends: group norm, SiLU, convolution, back to float32. */
final class OutputConv implements Layer {

  private final Kernels kernels;
  private final Parameters parameters;
  private final int groups;
  private final double eps;

  OutputConv(Weights weights, int groups, double eps) throws IOException {
    kernels = weights.kernels();
    parameters =
        weights.parameters(
            "conv_norm_out.weight", "conv_norm_out.bias", "conv_out.weight", "conv_out.bias");
    this.groups = groups;
    this.eps = eps;
  }

  @Override
  public NDArray forward(NDArray x) {
    return kernels.call(x.getManager(), "output_conv", x, parameters, groups, eps);
  }
}
