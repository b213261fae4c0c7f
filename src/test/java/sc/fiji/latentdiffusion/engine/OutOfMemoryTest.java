/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.engine;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.nn.Kernels;

class OutOfMemoryTest {

  @PyTorch private NDManager manager;
  @PyTorch private Kernels kernels;

  @Test
  void aTensorThatNoMachineHoldsIsAnErrorThatSaysWhatToDo() {
    long[] shape = {1L << 52};
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> kernels.tensors().empty(manager, shape, Precision.FLOAT32.scalarType()))
            .getMessage();
    assertTrue(message.contains("The machine has too little free memory"), message);
  }

  @Test
  void aFullCardIsAnErrorThatNamesTheWayOut() {
    EngineException full =
        new EngineException(
            "CUDA out of memory. Tried to allocate 20.00 GiB. GPU 0 has a total capacity of 7.6");
    String message = OutOfMemory.explained(full).getMessage();
    assertTrue(message.contains("graphics card") && message.contains("device=cpu"), message);
  }

  @Test
  void anyOtherFailureStaysWhatItIs() {
    EngineException other = new EngineException("expected scalar type Float but found Half");
    assertSame(other, OutOfMemory.explained(other));
  }
}
