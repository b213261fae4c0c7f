/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora.algebras;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import sc.fiji.latentdiffusion.addons.lora.Algebra;
import sc.fiji.latentdiffusion.addons.lora.LoraLayer;
import sc.fiji.latentdiffusion.addons.lora.LoraPart;
import sc.fiji.latentdiffusion.addons.lora.LoraTarget;
import sc.fiji.latentdiffusion.nn.WeightChange;

/** Differences that a file holds as they are: of the weight, and of the bias. */
abstract class Difference implements Algebra {

  private final LoraPart ofWeight;
  private final LoraPart ofBias;

  /**
   * @param ofWeight of the weight's shape
   * @param ofBias {@code [out]}; a layer may lack it
   */
  Difference(LoraPart ofWeight, LoraPart ofBias) {
    this.ofWeight = ofWeight;
    this.ofBias = ofBias;
  }

  @Override
  public final List<LoraPart> parts() {
    return List.of(ofWeight, ofBias);
  }

  @Override
  public final List<LoraPart> commonParts() {
    return List.of();
  }

  @Override
  public final Optional<LoraPart> missing(Set<LoraPart> present) {
    return present.contains(ofWeight) ? Optional.empty() : Optional.of(ofWeight);
  }

  /** The layer says what fits. */
  @Override
  public final void requireFittingParts(LoraLayer layer) {}

  @Override
  public final boolean fits(LoraLayer layer, long[] weight) throws IOException {
    if (weight.length == 1) return Arrays.equals(layer.tensor(ofWeight).shape(), weight);
    return layer.tensor(ofWeight).shape().length > 1
        && Arrays.equals(layer.shape(ofWeight), weight);
  }

  @Override
  public final WeightChange change(LoraLayer layer, LoraTarget target, double factor) {
    return new Formula(layer, factor, (weight, at) -> at.read(ofWeight));
  }

  @Override
  public final Optional<WeightChange> biasChange(LoraLayer layer, LoraTarget target, double factor)
      throws IOException {
    if (!layer.has(ofBias)) return Optional.empty();
    if (target.bias().isEmpty()) {
      throw layer.refused("has " + ofBias, "expected none, as the model's layer has no bias");
    }
    long[] bias = target.bias().get().shape();
    if (!Arrays.equals(layer.tensor(ofBias).shape(), bias)) {
      throw layer.refused(
          "has " + layer.shapes(), "expected " + ofBias + " " + Arrays.toString(bias));
    }
    return Optional.of(new Formula(layer, factor, (weight, at) -> at.read(ofBias)));
  }
}
