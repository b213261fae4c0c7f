/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.fixtures.PyTorch;

class SharedLatentsTest {

  @PyTorch private NDManager manager;

  @Test
  void aPictureIsEncodedByTheFirstRunAndEachRunOwnsACopy() {
    List<String> encoded = new ArrayList<>();
    SharedLatents shared = new SharedLatents(manager);
    for (int run = 0; run < 3; run++) {
      try (NDManager owner = manager.newSubManager()) {
        NDArray own = shared.own(encoding("own", 2, encoded), owner);
        NDArray channels = shared.channels(encoding("channels", 5, encoded), owner);
        assertArrayEquals(new float[] {2, 2}, own.toFloatArray());
        assertArrayEquals(new float[] {5, 5}, channels.toFloatArray());
        assertEquals(owner, own.getManager());
        own.muli(3); // changes its own
      }
    }
    assertEquals(List.of("own", "channels"), encoded);
  }

  private static Function<NDManager, NDArray> encoding(
      String name, float value, List<String> encoded) {
    return memory -> {
      encoded.add(name);
      return memory.ones(new Shape(1, 1, 1, 2)).mul(value);
    };
  }
}
