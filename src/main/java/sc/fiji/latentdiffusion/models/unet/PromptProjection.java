/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.unet;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;

/** Makes the keys and values of one cross-attention of prompts, in one product. */
final class PromptProjection {

  private final UNetKernels kernels;
  private final String place;
  private final Parameters parameters;

  /**
   * Builds the layers.
   *
   * @param weights the attention's place
   * @throws IOException if a tensor is missing
   */
  PromptProjection(Weights weights) throws IOException {
    kernels = new UNetKernels(weights.kernels());
    place = weights.place();
    NDArray both = weights.packedTogether("to_k.weight", "to_v.weight");
    parameters =
        weights.has("to_k.bias")
            ? weights.parameters(both, weights.packedTogether("to_k.bias", "to_v.bias"))
            : weights.parameters(both);
  }

  /**
   * Returns the keys and values, computed once.
   *
   * @param context of the network; keeps them
   * @return {@code [b, tokens, 2 c]}, keys first
   */
  NDArray of(KeyValueCache context) {
    return context.keysAndValues(place, states -> kernels.keysAndValues(states, parameters));
  }
}
