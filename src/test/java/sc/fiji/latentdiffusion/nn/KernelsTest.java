package sc.fiji.latentdiffusion.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class KernelsTest {

  @Test
  void guidanceIsTheDifferenceFromUnconditionalTimesItsScale() throws IOException {
    try (NDManager manager = Engine.getInstance().newBaseManager()) {
      NDArray both = manager.create(new float[] {1, 2, 3, 5}, new Shape(2, 1, 1, 2));
      NDArray guided = new Kernels(manager).call(manager, "guide", both, 7.5);
      assertEquals(new Shape(1, 1, 1, 2), guided.getShape());
      assertArrayEquals(new float[] {1 + 7.5f * 2, 2 + 7.5f * 3}, guided.toFloatArray());
    }
  }

  @Test
  void attentionOfOneKeyIsItsValue() throws IOException {
    try (NDManager manager = Engine.getInstance().newBaseManager()) {
      NDArray q = manager.create(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, new Shape(1, 2, 4));
      NDArray k = manager.create(new float[] {1, 0, 0, 1}, new Shape(1, 1, 4));
      NDArray v = manager.create(new float[] {5, 6, 7, 8}, new Shape(1, 1, 4));
      NDArray y = new Kernels(manager).call(manager, "attention", q, k, v, 2, false, false);
      assertArrayEquals(new float[] {5, 6, 7, 8, 5, 6, 7, 8}, y.toFloatArray(), 1e-6f);
    }
  }

  @Test
  void aWrongShapeIsAnErrorThatNamesTheKernelsLine() throws IOException {
    try (NDManager manager = Engine.getInstance().newBaseManager()) {
      Kernels kernels = new Kernels(manager);
      NDArray x = manager.ones(new Shape(1, 3, 4, 4));
      NDArray w = manager.ones(new Shape(8, 5, 3, 3));
      NDArray b = manager.ones(new Shape(8));
      String message =
          assertThrows(EngineException.class, () -> kernels.call(manager, "conv", x, w, b, 1, 1))
              .getMessage();
      assertTrue(message.contains("torch.conv2d"), message);
    }
  }

  @Test
  void nothingOfACallStaysBehindButItsResult() throws IOException {
    try (NDManager manager = Engine.getInstance().newBaseManager()) {
      Kernels kernels = new Kernels(manager);
      NDArray x = manager.ones(new Shape(1, 4));
      int before = manager.getManagedArrays().size();
      NDArray y = kernels.call(manager, "cast", x, 6);
      assertEquals(before + 1, manager.getManagedArrays().size());
      y.close();
      assertEquals(before, manager.getManagedArrays().size());
    }
  }
}
