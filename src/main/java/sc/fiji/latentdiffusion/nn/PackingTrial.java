package sc.fiji.latentdiffusion.nn;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import sc.fiji.latentdiffusion.engine.Precision;

/**
 * Tries once whether this processor takes weights that oneDNN has laid out for it, and computes
 * with them what it does without.
 */
final class PackingTrial {

  private static final Logger LOG = System.getLogger(PackingTrial.class.getName());
  private static final double BOUND = 0.05;
  private static final int WIDTH = 16;

  private final Kernels kernels;
  private final Precision precision;

  PackingTrial(Kernels kernels, Precision precision) {
    this.kernels = kernels;
    this.precision = precision;
  }

  boolean succeeds(NDManager manager) {
    try (NDManager local = manager.newSubManager()) {
      return agrees(local, "linear", new Shape(4, WIDTH), new Shape(WIDTH, WIDTH))
          && agrees(local, "conv", new Shape(2, WIDTH, 8, 8), new Shape(WIDTH, WIDTH, 3, 3), 1, 1);
    } catch (EngineException e) {
      LOG.log(Level.DEBUG, () -> "Weights in " + precision + " stay as they are.", e);
      return false;
    }
  }

  private boolean agrees(NDManager local, String method, Shape x, Shape w, Object... more) {
    NDArray weight = numbers(local, w);
    Object[] pack = method.equals("conv") ? new Object[] {weight, 1} : new Object[] {weight};
    NDArray packed = kernels.call(local, "pack_" + method, pack);
    NDArray input = numbers(local, x);
    NDArray bias = numbers(local, new Shape(WIDTH));
    NDArray expected = call(local, method, input, weight, bias, more);
    NDArray found = call(local, method, input, packed, bias, more);
    return found.sub(expected).abs().max().getFloat() <= BOUND * expected.abs().max().getFloat();
  }

  private NDArray call(
      NDManager local, String method, NDArray x, NDArray w, NDArray b, Object... more) {
    Object[] arguments = new Object[3 + more.length];
    arguments[0] = x;
    arguments[1] = w;
    arguments[2] = b;
    System.arraycopy(more, 0, arguments, 3, more.length);
    NDArray result = kernels.call(local, method, arguments);
    return kernels.call(local, "cast", result, Precision.FLOAT32.scalarType());
  }

  private NDArray numbers(NDManager local, Shape shape) {
    NDArray waves = local.arange((float) shape.size()).mul(0.7f).sin().reshape(shape);
    return kernels.call(local, "cast", waves, precision.scalarType());
  }
}
