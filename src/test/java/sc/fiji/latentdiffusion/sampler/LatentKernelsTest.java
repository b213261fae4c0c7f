/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.sampler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.nn.Kernels;

class LatentKernelsTest {

  @PyTorch private NDManager manager;
  @PyTorch private Kernels kernels;

  /** A mask of 0 stays known even where the threshold is 0. */
  @Test
  void latentsBelowTheThresholdAreKnownAndNoised() {
    Shape shape = new Shape(1, 1, 1, 3);
    NDArray x = manager.create(new float[] {7, 7, 7}, shape);
    NDArray known = manager.create(new float[] {1, 2, 3}, shape);
    NDArray noise = manager.create(new float[] {1, 1, 1}, shape);
    NDArray mask = manager.create(new float[] {0, 0.5f, 1}, shape);
    LatentKernels latents = new LatentKernels(kernels);
    NDArray late = latents.surrounded(x, known, noise, mask, 0, 1, 0);
    assertArrayEquals(new float[] {1, 7, 7}, late.toFloatArray());
    NDArray early = latents.surrounded(x, known, noise, mask, 0.75, 2, 0.5);
    assertArrayEquals(new float[] {2.5f, 4.5f, 7}, early.toFloatArray());
  }
}
