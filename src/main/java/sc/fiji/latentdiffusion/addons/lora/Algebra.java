/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.scijava.plugin.SciJavaPlugin;
import sc.fiji.latentdiffusion.nn.WeightChange;

/**
 * An algebra of adapters: the tensors that it stores for a layer, and the change of the layer's
 * weight that it computes from them. One file each, found by {@code @Plugin}; of two that read the
 * same tensors, the one of higher priority is taken.
 */
public interface Algebra extends SciJavaPlugin {

  /** Returns the name for messages, for example "LoHa". */
  String name();

  /** Returns the tensors of a layer, without the {@link #commonParts}. */
  List<LoraPart> parts();

  /** Returns those of the tensors of several algebras that a layer may have, too. */
  default List<LoraPart> commonParts() {
    return LoraPart.COMMON;
  }

  /**
   * Returns a part that a layer lacks, if it lacks one.
   *
   * @param present its parts, all of them among {@link #parts}
   */
  default Optional<LoraPart> missing(Set<LoraPart> present) {
    return parts().stream().filter(part -> !present.contains(part)).findFirst();
  }

  /**
   * Returns whether tensors are of this algebra where their names don't tell.
   *
   * @param layer whose parts are all among {@link #parts}
   */
  default boolean reads(LoraLayer layer) {
    return true;
  }

  /**
   * Checks the shapes of a layer's tensors.
   *
   * @param layer which lacks no part
   * @throws IOException if the tensors do not fit one another, naming their shapes and the expected
   */
  void requireFittingParts(LoraLayer layer) throws IOException;

  /**
   * Returns whether a layer's tensors change a weight of a shape.
   *
   * @param layer whose parts fit one another
   * @param weight {@code [out, in, kh, kw]}, kh and kw being 1 for a linear layer; of a norm {@code
   *     [width]}
   */
  boolean fits(LoraLayer layer, long[] weight) throws IOException;

  /** Returns whether the change is made without the weight, so that parts of it change parts. */
  default boolean isFreeOfWeight() {
    return false;
  }

  /**
   * Returns the scale of the change.
   *
   * @param target whose weight the tensors fit
   * @throws IOException if alpha is not valid
   */
  default double scale(LoraLayer layer, LoraTarget target) throws IOException {
    return 1;
  }

  /**
   * Returns the change of a weight.
   *
   * @param target whose weight the tensors fit
   * @param factor of the change: its scale, times the weight of the LoRA
   * @throws IOException if a number of the file is not valid
   */
  WeightChange change(LoraLayer layer, LoraTarget target, double factor) throws IOException;

  /**
   * Returns the change of the bias, if there is one.
   *
   * @param target whose weight the tensors fit
   * @param factor of the change: its scale, times the weight of the LoRA
   * @throws IOException if the tensors change a bias that the layer lacks, or do not fit it
   */
  default Optional<WeightChange> biasChange(LoraLayer layer, LoraTarget target, double factor)
      throws IOException {
    return Optional.empty();
  }
}
