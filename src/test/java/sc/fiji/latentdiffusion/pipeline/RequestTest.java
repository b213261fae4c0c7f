/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.random.NoiseBatch;
import sc.fiji.latentdiffusion.random.NormalStream;
import sc.fiji.latentdiffusion.random.Philox;
import sc.fiji.latentdiffusion.random.Rng;
import sc.fiji.latentdiffusion.random.Variation;

class RequestTest {

  private static final Request REQUEST = Request.defaults();

  @Test
  void everyValueOutOfRangeIsRefusedByKeyAndValue() {
    refused("steps", "0", () -> REQUEST.withSteps(0));
    refused("strength", "1.01", () -> REQUEST.withStrength(1.01));
    refused("strength", "-0.1", () -> REQUEST.withStrength(-0.1));
    refused("strength", "NaN", () -> REQUEST.withStrength(Double.NaN));
    refused("guidance", "is -1.", () -> REQUEST.withGuidance(-1));
    refused("guidance", "Infinity", () -> REQUEST.withGuidance(Double.POSITIVE_INFINITY));
    refused("seed", "-2", () -> REQUEST.withSeed(-2));
    refused("seed", "4294967296", () -> REQUEST.withSeed(1L << 32));
    refused("width", "-8", () -> REQUEST.withSize(-8, 0));
    refused("height", "100000", () -> REQUEST.withSize(0, 100000));
    refused("precision", "float8", () -> REQUEST.withHardware("float8", "auto"));
    refused("device", "tpu", () -> REQUEST.withHardware("auto", "tpu"));
    refused("scheduler", "eulr", () -> REQUEST.withScheduler("eulr"));
  }

  @Test
  void theEndsOfEveryRangeAreTaken() {
    assertEquals(1, REQUEST.withSteps(1).steps());
    assertEquals(0, REQUEST.withStrength(0).strength());
    assertEquals(1, REQUEST.withStrength(1).strength());
    assertEquals(-1, REQUEST.withSeed(-1).seed());
    assertEquals(4294967295L, REQUEST.withSeed(Sampling.MAX_SEED).seed());
    assertEquals("bfloat16", REQUEST.withHardware("bfloat16", "cpu").precision());
  }

  @Test
  void aSchedulersLabelIsReadAsItsName() {
    assertEquals("dpmpp_2m_k", REQUEST.withScheduler("DPM++ 2M Karras").scheduler());
  }

  private static void refused(String key, String value, Runnable request) {
    String message = assertThrows(IllegalArgumentException.class, request::run).getMessage();
    assertTrue(message.contains(key), message);
    assertTrue(message.contains(value), message);
  }

  @Test
  void allDrawsOfARunAreItsGenerators() {
    Sampling sampling = REQUEST.sampling().withRng(Rng.CUDA).withSeed(Long.MAX_VALUE).withBatch(2);
    NoiseBatch noise = sampling.noise();
    NormalStream first = Philox.of(Long.MAX_VALUE);
    NormalStream second = Philox.of(0); // the seed behind the largest
    for (int draw = 0; draw < 2; draw++) {
      float[] both = noise.randn(20);
      assertArrayEquals(first.randn(20), Arrays.copyOf(both, 20));
      assertArrayEquals(second.randn(20), Arrays.copyOfRange(both, 20, 40));
    }
    float[] turned = new Variation(1, 42).turned(Philox.of(1).randn(20), Rng.CUDA);
    assertArrayEquals(Philox.of(42).randn(20), turned, 1e-6f);
    refused("seed", "4294967296", () -> sampling.withSeed(1L << 32).withRng(Rng.TORCH));
  }
}
