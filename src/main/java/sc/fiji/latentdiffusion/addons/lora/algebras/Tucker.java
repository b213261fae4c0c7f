/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora.algebras;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.addons.lora.Algebra;
import sc.fiji.latentdiffusion.addons.lora.LoraLayer;
import sc.fiji.latentdiffusion.addons.lora.LoraPart;
import sc.fiji.latentdiffusion.addons.lora.LoraTarget;
import sc.fiji.latentdiffusion.nn.WeightChange;

/**
 * LoRA of a convolution as a Tucker decomposition, LyCORIS' LoCon: {@code Δ = up · mid · down}, the
 * kernel's height and width being those of {@code mid}.
 */
@Plugin(type = Algebra.class)
public final class Tucker implements Algebra {

  private static final LoraPart MID = LoraPart.of("lora_mid.weight", "\\.lora_mid\\.weight");

  @Override
  public String name() {
    return "LoCon";
  }

  @Override
  public List<LoraPart> parts() {
    return List.of(LowRank.DOWN, LowRank.UP, MID);
  }

  @Override
  public void requireFittingParts(LoraLayer layer) throws IOException {
    shape(layer);
  }

  @Override
  public boolean fits(LoraLayer layer, long[] weight) throws IOException {
    return Arrays.equals(shape(layer), weight);
  }

  private static long[] shape(LoraLayer layer) throws IOException {
    long[] down = layer.shape(LowRank.DOWN);
    long[] up = layer.shape(LowRank.UP);
    long[] mid = layer.shape(MID);
    boolean chained = up[1] == mid[0] && mid[1] == down[0];
    if (down[0] < 1 || !chained || up[2] * up[3] != 1 || down[2] * down[3] != 1) {
      throw layer.refused(
          "has " + layer.shapes(),
          "expected down [rank, in], mid [rank, rank, …] and up [out, rank] of one rank of at"
              + " least 1");
    }
    return new long[] {up[0], down[1], mid[2], mid[3]};
  }

  @Override
  public double scale(LoraLayer layer, LoraTarget target) throws IOException {
    return layer.scale(target, layer.shape(LowRank.DOWN)[0]);
  }

  @Override
  public WeightChange change(LoraLayer layer, LoraTarget target, double factor) {
    return new Formula(
        layer,
        factor,
        (weight, at) ->
            at.kernels().tucker(at.read(LowRank.UP), at.read(MID), at.read(LowRank.DOWN)));
  }
}
