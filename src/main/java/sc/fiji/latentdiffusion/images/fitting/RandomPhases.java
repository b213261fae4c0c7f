/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.fitting;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import sc.fiji.latentdiffusion.random.Noise;

/**
 * Random phases, from which each spectrum makes a texture: random phase noise (Galerne, Gousseau
 * and Morel 2011, "Random phase textures: theory and synthesis", IEEE Transactions on Image
 * Processing 20). Computed on the CPU in double, whatever the model's device.
 */
final class RandomPhases implements AutoCloseable {

  private static final long[] AXES = {0, 1};

  private final NDManager memory;
  private final long[] size;
  private final NDArray phases;

  /**
   * Takes the phases of white noise, {@code torch.randn(height, width)} of a new generator.
   *
   * @param seed of the generator
   * @param owner of the memory that it uses until it is closed
   */
  RandomPhases(long seed, int width, int height, NDManager owner) {
    memory = owner.newSubManager(Device.cpu());
    size = new long[] {height, width};
    float[] drawn = Noise.of(seed).randn(Math.multiplyExact(width, height));
    double[] noise = new double[drawn.length];
    for (int i = 0; i < drawn.length; i++) noise[i] = drawn[i];
    try (NDArray spectrum = spectrum(noise);
        NDArray magnitude = spectrum.abs()) {
      phases = spectrum.div(magnitude);
    }
  }

  private NDArray spectrum(double[] values) {
    try (NDArray array = memory.create(values, new Shape(size))) {
      return array.fft2(size, AXES);
    }
  }

  /**
   * Makes a texture with the spectrum of a sample.
   *
   * @param sample of the size, rows first
   * @return {@code Re FFT⁻¹(FFT(sample) · Z/|Z|)}, Z the spectrum of the noise
   */
  double[] texture(double[] sample) {
    try (NDArray texture = inverse(sample);
        NDArray parts = texture.real(); // real and imaginary parts in turn
        NDArray real = parts.get(":, :, 0")) {
      return real.toDoubleArray();
    }
  }

  private NDArray inverse(double[] sample) {
    try (NDArray turned = turned(sample)) {
      return turned.ifft2(size, AXES);
    }
  }

  private NDArray turned(double[] sample) {
    try (NDArray spectrum = spectrum(sample)) {
      return spectrum.mul(phases);
    }
  }

  @Override
  public void close() {
    memory.close();
  }
}
