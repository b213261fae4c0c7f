/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora.algebras;

import java.io.IOException;
import java.util.List;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.addons.lora.Algebra;
import sc.fiji.latentdiffusion.addons.lora.LoraLayer;
import sc.fiji.latentdiffusion.addons.lora.LoraPart;
import sc.fiji.latentdiffusion.addons.lora.LoraTarget;
import sc.fiji.latentdiffusion.nn.WeightChange;

/**
 * IA³ (Liu et al. 2022, arXiv:2205.05638) of LyCORIS: {@code Δ = v W}, a number for each output, or
 * for each input if {@code on_input} says so.
 */
@Plugin(type = Algebra.class)
public final class LycorisIa3 implements Algebra {

  private static final LoraPart ON_INPUT = LoraPart.of("on_input", "\\.on_input");
  private static final LoraPart WEIGHT = LoraPart.of("weight", "\\.weight").beside(".on_input");

  @Override
  public String name() {
    return "IA³";
  }

  @Override
  public List<LoraPart> parts() {
    return List.of(ON_INPUT, WEIGHT);
  }

  @Override
  public List<LoraPart> commonParts() {
    return List.of();
  }

  private static int axis(LoraLayer layer) throws IOException {
    return layer.tensor(ON_INPUT).number() == 0 ? 0 : 1;
  }

  @Override
  public void requireFittingParts(LoraLayer layer) throws IOException {
    axis(layer);
  }

  @Override
  public boolean fits(LoraLayer layer, long[] weight) throws IOException {
    return weight.length > 1 && layer.tensor(WEIGHT).elements() == weight[axis(layer)];
  }

  @Override
  public WeightChange change(LoraLayer layer, LoraTarget target, double factor) throws IOException {
    long[] shape = Axes.only(target.weight().shape().length, axis(layer));
    return new Formula(
        layer, factor, (weight, at) -> at.kernels().scaledAxis(weight, at.read(WEIGHT), shape, 0));
  }
}
