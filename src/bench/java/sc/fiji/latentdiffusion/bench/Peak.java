/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.bench;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.Locale;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.nn.Kernels;

/**
 * How fast this machine multiplies matrices at this moment: the best of many products of 2048 ×
 * 2048 numbers by PyTorch, on a GPU of 8192 × 8192. It is the limit that a network is measured
 * against.
 */
public final class Peak {

  static final String MARK = "peak ";

  private static final int SIZE = 2048;
  private static final int ROUNDS = 12;

  private Peak() {}

  /**
   * Measures.
   *
   * @param args precision and device
   */
  public static void main(String[] args) throws IOException {
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.out.println(MARK + gflops(precision(args[0]), args[1].equals("gpu")));
  }

  private static Precision precision(String name) {
    return Precision.valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** Returns 10⁹ floating point operations a second, a product and its sum being two. */
  private static double gflops(Precision precision, boolean gpu) throws IOException {
    int size = gpu ? 4 * SIZE : SIZE;
    try (NDManager manager =
        Engine.getInstance().newBaseManager(gpu ? Device.gpu() : Device.cpu())) {
      Kernels kernels = new Kernels(manager);
      NDArray x = numbers(kernels, manager, precision, new Shape(size, size));
      NDArray w = numbers(kernels, manager, precision, new Shape(size, size));
      NDArray b = numbers(kernels, manager, precision, new Shape(size));
      double best = 0;
      for (int i = 0; i < ROUNDS; i++) {
        long before = System.nanoTime();
        try (NDArray y = kernels.operators().linear(x, w, b)) {
          kernels.await(y);
        }
        best = Math.max(best, 2.0 * size * size * size / (System.nanoTime() - before));
      }
      return best;
    }
  }

  private static NDArray numbers(
      Kernels kernels, NDManager manager, Precision precision, Shape shape) {
    return kernels.tensors().cast(manager, manager.randomNormal(shape), precision);
  }
}
