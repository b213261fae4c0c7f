/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import java.util.List;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.pipeline.Request;

/** A certain card is asked for by its number. */
class DeviceNameTest {

  @Test
  void cardsAreCountedFromNought() {
    for (String name : List.of("auto", "cpu", "gpu", "gpu:0", "gpu:12")) {
      assertTrue(DeviceName.isKnown(name), name);
    }
    for (String name : List.of("", "GPU", "gpu:", "gpu:-1", "gpu:1.5", "gpu:1000", "cuda:0")) {
      assertFalse(DeviceName.isKnown(name), name);
    }
    assertEquals(Device.gpu(0), Hardware.device("auto", 2));
    assertEquals(Device.gpu(0), Hardware.device("gpu", 2));
    assertEquals(Device.gpu(1), Hardware.device("gpu:1", 2));
    assertEquals(Device.cpu(), Hardware.device("cpu", 2));
    assertEquals("gpu:1", new Hardware(Device.gpu(1), Precision.FLOAT16).deviceName());
    assertEquals("gpu", new Hardware(Device.gpu(0), Precision.FLOAT16).deviceName());
  }

  private static String refused(String device, int gpus) {
    return assertThrows(IllegalArgumentException.class, () -> Hardware.device(device, gpus))
        .getMessage();
  }

  @Test
  void aCardThatIsNotThereIsRefused() {
    assertEquals(
        "device must be a card that is there, from gpu:0 to gpu:1, but is gpu:2. Cards are counted"
            + " from 0.",
        refused("gpu:2", 2));
    assertTrue(refused("gpu:1", 0).startsWith("device=gpu:1 was asked for, but there is no GPU"));
    assertEquals(
        "device must be one of [auto, cpu, gpu], or gpu:0, gpu:1 … for a card, but is cuda.",
        assertThrows(
                IllegalArgumentException.class,
                () -> Request.defaults().withHardware("auto", "cuda"))
            .getMessage());
  }
}
