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
 * @param part which of equal parts of a LoRA's layer it is, from 0
 * @param parts how many there are; 1 where the LoRA's layer is this one
 */
public record LoraTarget(
    String component,
    String tensor,
    StoredTensor weight,
    Optional<StoredTensor> bias,
    int part,
    int parts) {

  /** A layer that is one in LoRAs, too. */
  LoraTarget(String component, String tensor, StoredTensor weight, Optional<StoredTensor> bias) {
    this(component, tensor, weight, bias, 0, 1);
  }

  /** Returns the same layer as one of equal parts of a LoRA's layer. */
  LoraTarget asPart(int index, int count) {
    return new LoraTarget(component, tensor, weight, bias, index, count);
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
    shape[0] *= parts;
    return isTransposed() ? new long[] {shape[1], shape[0]} : shape;
  }
}
