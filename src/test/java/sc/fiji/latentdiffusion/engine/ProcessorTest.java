/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ProcessorTest {

  @Test
  void amdWithAvx512Bf16IsFasterInBfloat16() {
    assertTrue(processor("AuthenticAMD", "sse avx2 avx512f avx512_bf16").isFasterInBfloat16());
    assertFalse(processor("AuthenticAMD", "sse avx2").isFasterInBfloat16());
  }

  @Test
  void intelIsFasterInBfloat16WithAmxAlone() {
    assertFalse(processor("GenuineIntel", "avx512f avx512_bf16").isFasterInBfloat16());
    assertTrue(processor("GenuineIntel", "avx512_bf16 amx_bf16").isFasterInBfloat16());
  }

  @Test
  void anUnknownProcessorIsNot() {
    assertFalse(Processor.parsed("").isFasterInBfloat16());
    assertFalse(Processor.parsed("Features : fp asimd bf16").isFasterInBfloat16());
  }

  @Test
  void theFirstProcessorIsRead() {
    Processor two =
        Processor.parsed(
            "processor\t: 0\nvendor_id\t: A\nflags\t\t: x y\n\nprocessor\t: 1\nvendor_id\t: B\n");
    assertEquals("A", two.vendor());
    assertTrue(two.flags().contains("y"));
  }

  private static Processor processor(String vendor, String flags) {
    return Processor.parsed("vendor_id\t: " + vendor + "\nflags\t\t: " + flags + "\n");
  }
}
