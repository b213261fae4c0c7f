package sc.fiji.latentdiffusion.nn.layers;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;

/** Nearest-neighbour enlargement followed by a convolution of 3 × 3. */
public final class Upsample2D {

  private final LayerKernels kernels;
  private final Parameters parameters;

  public Upsample2D(Weights weights) throws IOException {
    long channels = LayerShapes.out(weights, "conv");
    LayerShapes.requireConv(weights, "conv", channels, channels, 3);
    kernels = new LayerKernels(weights.kernels());
    parameters = weights.packedForUpsampling("conv.weight", "conv.bias");
  }

  /** {@code [b, c, h, w]} → {@code [b, c, height, width]}. */
  public NDArray forward(NDArray x, long height, long width) {
    return kernels.upsample(x, parameters, height, width);
  }

  /** {@code [b, c, h, w]} → {@code [b, c, 2h, 2w]}. */
  public NDArray forward(NDArray x) {
    return forward(x, 2 * x.getShape().get(2), 2 * x.getShape().get(3));
  }
}
