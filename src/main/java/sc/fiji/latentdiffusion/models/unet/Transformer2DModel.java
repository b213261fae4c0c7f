/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.unet;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.models.AttentionProbe;
import sc.fiji.latentdiffusion.nn.Layer;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.LayerShapes;

/**
 * Lets the prompt act on an image: pixels become tokens, go through transformer blocks and are
 * added to the image (Rombach et al. 2022, appendix E.2.2). {@code [b, c, h, w]} → the same.
 */
final class Transformer2DModel {

  private static final double EPS = 1e-6;

  private final UNetKernels kernels;
  private final Parameters in;
  private final Parameters out;
  private final List<BasicTransformerBlock> blocks = new ArrayList<>();
  private final int groups;

  /**
   * Builds the model.
   *
   * @param weights the model's place
   * @param groups of the norm
   * @param heads of every attention
   * @param onlyCross whether the first attention, too, looks at the prompt
   * @param upcast whether attention is computed in float32
   * @throws IOException if a tensor is missing or has another shape
   */
  Transformer2DModel(Weights weights, int groups, int heads, boolean onlyCross, boolean upcast)
      throws IOException {
    long channels = LayerShapes.out(weights, "norm");
    long inner = LayerShapes.out(weights, "proj_in");
    LayerShapes.requireNorm(weights, "norm", channels);
    LayerShapes.requireLinear(weights, "proj_in", inner, channels);
    LayerShapes.requireLinear(weights, "proj_out", channels, inner);
    kernels = new UNetKernels(weights.kernels());
    in = weights.packed("norm.weight", "norm.bias", "proj_in.weight", "proj_in.bias");
    for (Weights block : weights.each("transformer_blocks")) {
      blocks.add(new BasicTransformerBlock(block, inner, heads, onlyCross, upcast));
    }
    out = weights.packed("proj_out.weight", "proj_out.bias");
    this.groups = groups;
  }

  /**
   * @param x {@code [b, c, h, w]}
   * @param context keeps the keys and values of the prompts
   * @return {@code [b, c, h, w]}, of the manager of x
   */
  NDArray forward(NDArray x, KeyValueCache context) {
    AttentionProbe probe = context.probe();
    if (probe != null) probe.enter(x.getShape().get(2), x.getShape().get(3));
    NDArray tokens = kernels.projectIn(x, in, groups, EPS);
    for (BasicTransformerBlock block : blocks) {
      tokens = Layer.then(tokens, t -> block.forward(t, context));
    }
    return Layer.then(tokens, t -> kernels.projectOut(t, x, out));
  }
}
