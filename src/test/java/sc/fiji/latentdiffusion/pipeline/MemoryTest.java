/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.pipeline;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class MemoryTest {

  private static final long LEAK = 16 << 20;
  private static final Request REQUEST =
      Request.defaults().withPrompt("cells", "").withSeed(1).withSteps(2);

  /** A leak grows with every hundred runs; the system's own use of pages comes and goes. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aHundredRunsKeepTheSameResidentSize() throws IOException {
    try (LatentDiffusion model = TestModels.load("sd1")) {
      run(model, 20);
      long least = Long.MAX_VALUE;
      for (int hundred = 0; hundred < 3 && least >= LEAK; hundred++) {
        long before = resident();
        run(model, 100);
        least = Math.min(least, resident() - before);
      }
      assertTrue(least < LEAK, "grew by at least " + (least >> 10) + " KiB in each 100 runs");
    }
  }

  @Test
  void aRunLeavesNothingInTheModelsMemory() throws IOException {
    try (LatentDiffusion model = TestModels.load("sd1")) {
      run(model, 1); // reads the weights
      int before = model.manager().getManagedArrays().size();
      run(model, 3);
      assertTrue(model.manager().getManagedArrays().size() <= before);
    }
  }

  @Test
  void aSizeBeyondTheMachinesMemoryIsRefusedWithAnEstimate() throws IOException {
    try (LatentDiffusion model = TestModels.load("sd1")) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> model.requireMemory(1 << 20, 1 << 20))
              .getMessage();
      assertTrue(message.contains("GiB") && message.contains("1048576"), message);
    }
  }

  private static void run(LatentDiffusion model, int times) {
    for (int i = 0; i < times; i++) {
      try (Run run = model.textToImage(REQUEST)) {
        run.forEach(evaluated -> {});
        model.decode(run.latents(), run.latents().getManager()).close();
      }
    }
  }

  private static long resident() throws IOException {
    System.gc();
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new IOException("No VmRSS in /proc/self/status");
  }
}
