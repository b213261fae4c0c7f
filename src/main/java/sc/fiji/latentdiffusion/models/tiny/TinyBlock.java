/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.tiny;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.LayerShapes;

/**
 * The tensors of a block of three convolutions and a shortcut (diffusers' AutoencoderTinyBlock).
 */
final class TinyBlock {

  private TinyBlock() {}

  /** Proves that a block makes so many channels of so many. */
  static void require(Weights block, long out, long in) throws IOException {
    LayerShapes.requireConv(block, "conv.0", out, in, 3);
    LayerShapes.requireConv(block, "conv.2", out, out, 3);
    LayerShapes.requireConv(block, "conv.4", out, out, 3);
    if (in != out || block.has("skip")) LayerShapes.requireConv(block, "skip", out, in, 1);
  }

  /** Reads a block's tensors. */
  static Parameters parameters(Weights block) throws IOException {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 6; i += 2) {
      names.addAll(List.of("conv." + i + ".weight", "conv." + i + ".bias"));
    }
    if (block.has("skip")) names.add("skip.weight");
    return block.parameters(names.toArray(String[]::new));
  }
}
