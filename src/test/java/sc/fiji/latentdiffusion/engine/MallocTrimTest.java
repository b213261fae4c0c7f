/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.fixtures.TensorsWritten;
import sc.fiji.latentdiffusion.io.SafeTensors;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.TensorStore;

/** Freed weights return their memory to the operating system. */
class MallocTrimTest {

  private static final int TENSORS = 160;
  private static final int NUMBERS = 1 << 18;

  @TempDir Path folder;
  @PyTorch private NDManager manager;
  @PyTorch private Kernels kernels;

  @Test
  @EnabledOnOs(OS.LINUX)
  void freedWeightsLeaveTheProcess() throws IOException {
    manager.zeros(new Shape(30 << 18)).close(); // from now on less comes from the heap
    Path file = zeros();
    TensorStore store =
        new TensorStore(SafeTensors.read(file), manager, kernels, Precision.FLOAT32);
    for (int i = 0; i < TENSORS; i++) store.read("t" + i);
    try (NDArray last = manager.ones(new Shape(NUMBERS))) { // holds the heap's end
      long before = resident();
      store.close();
      long freed = before - resident();
      assertTrue(freed > 100L << 20, "freed " + (freed >> 20) + " MiB of 160; " + last);
    }
  }

  /** Returns a file of float16 zeros: reading it as float32 copies, which mapping would not. */
  private Path zeros() throws IOException {
    TensorsWritten zeros = new TensorsWritten();
    for (int i = 0; i < TENSORS; i++) {
      zeros.put("t" + i, "F16", new long[] {NUMBERS}, new byte[2 * NUMBERS]);
    }
    return zeros.write(folder.resolve("weights.safetensors"));
  }

  private static long resident() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS")) return Long.parseLong(line.replaceAll("\\D", "")) << 10;
    }
    throw new IOException("No VmRSS in /proc/self/status");
  }
}
