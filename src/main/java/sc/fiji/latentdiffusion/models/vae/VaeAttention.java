package sc.fiji.latentdiffusion.models.vae;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.nn.Layer;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.ConfigCheck;
import sc.fiji.latentdiffusion.nn.layers.LayerShapes;

/**
 * Self-attention of one head over an image's pixels, after a group norm and added to its input.
 * {@code [b, c, h, w]} → the same. Files name its layers {@code to_q, to_k, to_v, to_out.0}, old
 * ones {@code query, key, value, proj_attn}; either may be stored as convolutions of one pixel.
 */
final class VaeAttention implements Layer {

  private static final List<String> NAMES = List.of("to_q", "to_k", "to_v", "to_out.0");
  private static final List<String> OLD_NAMES = List.of("query", "key", "value", "proj_attn");

  private final VaeKernels kernels;
  private final Parameters parameters;
  private final int groups;
  private final double eps;
  private final boolean upcast;

  VaeAttention(Weights weights, int groups, double eps) throws IOException {
    kernels = new VaeKernels(weights.kernels());
    this.groups = groups;
    this.eps = eps;
    upcast = weights.kernels().attendsInFloat32(weights.precision());
    long channels = LayerShapes.out(weights, "group_norm");
    ConfigCheck.requireDivisor("norm_num_groups", channels, groups);
    LayerShapes.requireNorm(weights, "group_norm", channels);
    List<NDArray> tensors = new ArrayList<>();
    tensors.add(weights.tensor("group_norm.weight"));
    tensors.add(weights.tensor("group_norm.bias"));
    for (String layer : weights.has("query") ? OLD_NAMES : NAMES) {
      LayerShapes.requireLinear(weights, layer, channels, channels);
      tensors.add(weights.tensor(layer + ".weight", channels, channels));
      tensors.add(weights.tensor(layer + ".bias"));
    }
    parameters = weights.parameters(tensors);
  }

  @Override
  public NDArray forward(NDArray x) {
    return kernels.imageAttention(x, parameters, groups, eps, upcast);
  }
}
