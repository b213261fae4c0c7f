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
 */
public record LoraTarget(
    String component, String tensor, StoredTensor weight, Optional<StoredTensor> bias) {

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

  /** Returns the weight's shape, outputs first. */
  long[] shape() {
    long[] shape = weight.shape();
    return isTransposed() ? new long[] {shape[1], shape[0]} : shape;
  }
}
