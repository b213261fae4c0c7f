/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora.algebras;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.addons.lora.Algebra;
import sc.fiji.latentdiffusion.addons.lora.LoraLayer;
import sc.fiji.latentdiffusion.addons.lora.LoraPart;
import sc.fiji.latentdiffusion.addons.lora.LoraTarget;
import sc.fiji.latentdiffusion.nn.WeightChange;

/**
 * IA³ (Liu et al. 2022, arXiv:2205.05638) of peft: {@code Δ = (l − 1) W}, a number for each output,
 * of the bias, too; for each input in layers that the settings call {@code feedforward_modules}.
 */
@Plugin(type = Algebra.class)
public final class PeftIa3 implements Algebra {

  private static final LoraPart L = LoraPart.of("ia3_l", "\\.ia3_l(?:\\.\\w+)?");
  private static final String FEEDFORWARD = "feedforward_modules";

  @Override
  public String name() {
    return "IA³ of peft";
  }

  @Override
  public List<LoraPart> parts() {
    return List.of(L);
  }

  @Override
  public List<LoraPart> commonParts() {
    return List.of();
  }

  @Override
  public void requireFittingParts(LoraLayer layer) throws IOException {
    long[] shape = layer.tensor(L).shape();
    if (shape.length == 2 && Math.min(shape[0], shape[1]) == 1) return;
    if (shape.length == 4 && shape[0] * shape[2] * shape[3] == 1) return;
    throw layer.refused("has " + layer.shapes(), "expected [out, 1], [1, in] or [1, n, 1, 1]");
  }

  @Override
  public boolean fits(LoraLayer layer, long[] weight) throws IOException {
    if (weight.length == 1) return false;
    long numbers = layer.tensor(L).elements();
    if (layer.tensor(L).shape().length == 4) return numbers == weight[0] || numbers == weight[1];
    return numbers == weight[isRow(layer) ? 1 : 0];
  }

  private static boolean isRow(LoraLayer layer) {
    return layer.tensor(L).shape()[0] == 1;
  }

  /** The shape tells it of a linear layer; of a square convolution the settings alone. */
  private static int axis(LoraLayer layer, LoraTarget target) throws IOException {
    if (layer.tensor(L).shape().length == 2) return isRow(layer) ? 1 : 0;
    long numbers = layer.tensor(L).elements();
    long[] weight = target.weight().shape();
    if (weight[0] != weight[1]) return numbers == weight[0] ? 0 : 1;
    return layer.settings().names(FEEDFORWARD, target) ? 1 : 0;
  }

  @Override
  public WeightChange change(LoraLayer layer, LoraTarget target, double factor) throws IOException {
    long[] shape = Axes.only(target.weight().shape().length, axis(layer, target));
    return new Formula(
        layer, factor, (weight, at) -> at.kernels().scaledAxis(weight, at.read(L), shape, 1));
  }

  @Override
  public Optional<WeightChange> biasChange(LoraLayer layer, LoraTarget target, double factor)
      throws IOException {
    if (target.bias().isEmpty() || axis(layer, target) == 1) return Optional.empty();
    return Optional.of(
        new Formula(
            layer,
            factor,
            (bias, at) -> at.kernels().scaledAxis(bias, at.read(L), Axes.only(1, 0), 1)));
  }
}
