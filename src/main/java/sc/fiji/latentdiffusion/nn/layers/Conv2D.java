package sc.fiji.latentdiffusion.nn.layers;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Layer;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;

/** A convolution as one of the kernels with weight and bias alone. */
public final class Conv2D implements Layer {

  private final Kernels kernels;
  private final String kernel;
  private final Parameters parameters;

  private Conv2D(Weights weights, String kernel, int stride, long pixels) throws IOException {
    weights.requireShape("weight", Weights.ANY, Weights.ANY, pixels, pixels);
    weights.requireShape("bias", weights.shape("weight")[0]);
    this.kernel = kernel;
    kernels = weights.kernels();
    parameters = weights.packed(stride, "weight", "bias");
  }

  /** Of any odd size, keeping height and width, from float32 to the run's precision. */
  public static Conv2D input(Weights weights) throws IOException {
    return new Conv2D(weights, "input_conv", 1, Weights.ANY);
  }

  /** Halves height and width, padding all sides by one. */
  public static Conv2D downsample(Weights weights) throws IOException {
    return downsample(weights, "downsample");
  }

  /** Halves height and width, padding right and bottom by one. */
  public static Conv2D downsampleRightBottom(Weights weights) throws IOException {
    return downsample(weights, "downsample_right_bottom");
  }

  private static Conv2D downsample(Weights weights, String kernel) throws IOException {
    Conv2D conv = new Conv2D(weights, kernel, 2, 3);
    long channels = weights.shape("weight")[0];
    weights.requireShape("weight", channels, channels, 3, 3);
    return conv;
  }

  /** Of one pixel, from any precision to the run's. */
  public static Conv2D pointwise(Weights weights) throws IOException {
    return new Conv2D(weights, "pointwise_conv", 1, 1);
  }

  @Override
  public NDArray forward(NDArray x) {
    return kernels.call(x.getManager(), kernel, x, parameters);
  }
}
