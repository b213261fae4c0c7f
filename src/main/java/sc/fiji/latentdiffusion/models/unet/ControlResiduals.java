package sc.fiji.latentdiffusion.models.unet;

import ai.djl.ndarray.NDArray;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Layer;

/**
 * What a ControlNet adds to a U-Net at one step.
 *
 * @param down to each result of the way down, in its order
 * @param middle to the middle's result
 * @param scale what they are multiplied with; diffusers' {@code controlnet_conditioning_scale}
 */
public record ControlResiduals(List<NDArray> down, NDArray middle, double scale)
    implements AutoCloseable {

  /**
   * Adds them.
   *
   * @param h the middle's result; it is closed
   * @param skips the results of the way down, the last of them on top; they are replaced
   * @return the middle's result with this
   */
  NDArray addedTo(NDArray h, Deque<NDArray> skips, Kernels kernels) {
    Iterator<NDArray> residuals = down.iterator();
    for (int i = skips.size(); i > 0; i--) { // the first lies at the bottom
      skips.push(plus(skips.pollLast(), residuals.next(), kernels));
    }
    return plus(h, middle, kernels);
  }

  private NDArray plus(NDArray x, NDArray residual, Kernels kernels) {
    return Layer.then(x, y -> kernels.tensors().addScaled(y.getManager(), y, residual, scale));
  }

  @Override
  public void close() {
    down.forEach(NDArray::close);
    middle.close();
  }
}
