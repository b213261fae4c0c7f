/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.results;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LatentRunTest {

  @ParameterizedTest
  @CsvSource({"12, 3", "13, 1", "20, 3"})
  void fewStepsGoOnWithoutTheStepCache(int done, String cache) {
    LatentRun run =
        new LatentRun(
            Map.of("cache", "3"), Optional.of(new LatentStep(done, 20)), Optional.empty());
    assertEquals(cache, run.values(List.of("cache")).get("cache"));
    assertEquals(null, run.values(List.of("spacing")).get("cache"));
  }
}
