package sc.fiji.latentdiffusion.bench;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.Locale;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Precision;

/**
 * How fast this machine multiplies matrices at this moment: the best of many products of 2048 ×
 * 2048 numbers by PyTorch. It is the limit that a network is measured against.
 */
public final class Peak {

  static final String MARK = "peak ";

  private static final int SIZE = 2048;
  private static final int ROUNDS = 12;

  private Peak() {}

  /**
   * Measures.
   *
   * @param args the precision
   */
  public static void main(String[] args) throws IOException {
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.out.println(MARK + gflops(Precision.valueOf(args[0].toUpperCase(Locale.ROOT))));
  }

  /** Returns 10⁹ floating point operations a second, a product and its sum being two. */
  private static double gflops(Precision precision) throws IOException {
    try (NDManager manager = Engine.getInstance().newBaseManager(Device.cpu())) {
      Kernels kernels = new Kernels(manager);
      NDArray x = numbers(kernels, manager, precision, new Shape(SIZE, SIZE));
      NDArray w = numbers(kernels, manager, precision, new Shape(SIZE, SIZE));
      NDArray b = numbers(kernels, manager, precision, new Shape(SIZE));
      double best = 0;
      for (int i = 0; i < ROUNDS; i++) {
        long before = System.nanoTime();
        kernels.call(manager, "linear", x, w, b).close();
        best = Math.max(best, 2.0 * SIZE * SIZE * SIZE / (System.nanoTime() - before));
      }
      return best;
    }
  }

  private static NDArray numbers(
      Kernels kernels, NDManager manager, Precision precision, Shape shape) {
    return kernels.call(manager, "cast", manager.randomNormal(shape), precision.scalarType());
  }
}
