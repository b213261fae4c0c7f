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

  private static final Request REQUEST =
      Request.defaults().withPrompt("cells", "").withSeed(1).withSteps(2);

  /** Resident size after 20 runs, by which every pool has grown, and after 100 more. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aHundredRunsKeepTheSameResidentSize() throws IOException {
    try (LatentDiffusion model = TestModels.load("sd1")) {
      run(model, 20);
      long before = resident();
      run(model, 100);
      long grown = resident() - before;
      assertTrue(grown < 16 << 20, "grew by " + (grown >> 10) + " KiB in 100 runs");
    }
  }

  @Test
  void aRunLeavesNothingInTheModelsMemory() throws IOException {
    try (LatentDiffusion model = TestModels.load("sd1")) {
      int before = model.manager().getManagedArrays().size();
      run(model, 3);
      assertTrue(model.manager().getManagedArrays().size() <= before);
    }
  }

  @Test
  void aSizeBeyondTheMachinesMemoryIsRefusedWithAnEstimate() throws IOException {
    try (LatentDiffusion model = TestModels.load("sd1")) {
      String message =
          assertThrows(
                  IllegalArgumentException.class, () -> Memory.require(1 << 20, 1 << 20, model))
              .getMessage();
      assertTrue(message.contains("GiB") && message.contains("1048576"), message);
    }
  }

  private static void run(LatentDiffusion model, int times) {
    for (int i = 0; i < times; i++) {
      try (Run run = model.textToImage(REQUEST)) {
        while (run.hasNext()) {
          run.next();
        }
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
