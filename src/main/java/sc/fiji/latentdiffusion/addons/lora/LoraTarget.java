/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora;

import java.util.Optional;
import sc.fiji.latentdiffusion.io.StoredTensor;

/**
 * A layer of the model that adapters can change.
 *
 * @param component for example {@code unet}
 * @param tensor name of the layer's weight
 * @param weight in the model's file: of a linear layer, a convolution, or a norm
 * @param bias in the model's file, {@code [out]}; empty if the layer has none
 * @param firstRow of the LoRA's layer that belongs to this one, from 0
 * @param rows that the LoRA's layer has; 0 where it is this one
 */
public record LoraTarget(
    String component,
    String tensor,
    StoredTensor weight,
    Optional<StoredTensor> bias,
    long firstRow,
    long rows) {

  /** A layer that is one in LoRAs, too. */
  LoraTarget(String component, String tensor, StoredTensor weight, Optional<StoredTensor> bias) {
    this(component, tensor, weight, bias, 0, 0);
  }

  /** Returns the same layer as some rows of a LoRA's layer. */
  LoraTarget asRows(long first, long all) {
    return new LoraTarget(component, tensor, weight, bias, first, all);
  }

  /** Returns whether the LoRA's layer is more than this one. */
  boolean isPart() {
    return rows > 0;
  }

  /** The weight whose inputs a model's file stores before its outputs, OpenCLIP's projection. */
  static final String TRANSPOSED = "text_projection";

  private static final String WEIGHT = ".weight";

  /** Returns the name of the layer, by which peft's settings know it. */
  String module() {
    return tensor.endsWith(WEIGHT)
        ? tensor.substring(0, tensor.length() - WEIGHT.length())
        : tensor;
  }

  /** Returns whether the file stores inputs before outputs. */
  boolean isTransposed() {
    return tensor.equals(TRANSPOSED);
  }

  /** Returns the shape of the weight of the LoRA's layer, outputs first. */
  long[] shape() {
    long[] shape = weight.shape();
    if (isPart()) shape[0] = rows;
    return isTransposed() ? new long[] {shape[1], shape[0]} : shape;
  }
}
