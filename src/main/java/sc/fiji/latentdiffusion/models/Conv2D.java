package sc.fiji.latentdiffusion.models;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Layer;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;

/** A convolution as one of the kernels with weight and bias alone. */
final class Conv2D implements Layer {

  private final Kernels kernels;
  private final String kernel;
  private final Parameters parameters;

  private Conv2D(Weights weights, String kernel, int stride) throws IOException {
    this.kernel = kernel;
    kernels = weights.kernels();
    parameters = weights.packed(stride, "weight", "bias");
  }

  /** Of any odd size, keeping height and width, from float32 to the run's precision. */
  static Conv2D input(Weights weights) throws IOException {
    return new Conv2D(weights, "input_conv", 1);
  }

  /** Halves height and width, padding all sides by one. */
  static Conv2D downsample(Weights weights) throws IOException {
    return new Conv2D(weights, "downsample", 2);
  }

  /** Halves height and width, padding right and bottom by one. */
  static Conv2D downsampleRightBottom(Weights weights) throws IOException {
    return new Conv2D(weights, "downsample_right_bottom", 2);
  }

  /** Of one pixel, from any precision to the run's. */
  static Conv2D pointwise(Weights weights) throws IOException {
    return new Conv2D(weights, "pointwise_conv", 1);
  }

  @Override
  public NDArray forward(NDArray x) {
    return kernels.call(x.getManager(), kernel, x, parameters);
  }
}
