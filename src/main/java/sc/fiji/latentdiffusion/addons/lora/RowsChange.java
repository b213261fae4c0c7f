package sc.fiji.latentdiffusion.addons.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.WeightChange;

/**
 * The change of one of equal parts of a LoRA's layer, which are layers by themselves in the model.
 *
 * @param change of all rows, made without the weight
 * @param part 0 … parts − 1
 * @param parts of the rows
 */
record RowsChange(WeightChange change, int part, int parts) implements WeightChange {

  @Override
  public NDArray of(NDArray weight, Kernels kernels, NDManager local) throws IOException {
    NDArray whole = change.of(weight, kernels, local);
    return whole.reshape(new Shape(parts, -1)).get(part).reshape(weight.getShape());
  }

  @Override
  public double factor() {
    return change.factor();
  }

  @Override
  public String source() {
    return change.source();
  }
}
