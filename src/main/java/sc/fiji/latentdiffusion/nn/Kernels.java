package sc.fiji.latentdiffusion.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The fused operations of the networks: methods of one TorchScript module whose text is the
 * resource {@code kernels.torchscript}. A call is one native call, whatever the method does; what
 * it computes on the way is freed as soon as it has been used.
 */
public final class Kernels {

  private static final String RESOURCE = "kernels.torchscript";

  private final PtSymbolBlock module;

  /**
   * Loads the kernels.
   *
   * @param manager owns them, and says on which device they run
   * @throws IOException if the resource can't be read
   */
  public Kernels(NDManager manager) throws IOException {
    byte[] archive = TorchScript.archive("Kernels", text());
    module =
        JniUtils.loadModule((PtNDManager) manager, new ByteArrayInputStream(archive), false, false);
  }

  /** Returns the TorchScript text. */
  static String text() throws IOException {
    try (InputStream in = Kernels.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IOException("The resource " + RESOURCE + " is missing: the jar is incomplete.");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /**
   * Calls a method.
   *
   * @param manager owns the result
   * @param method name of the method
   * @param arguments in its order: {@link NDArray}, {@link Parameters}, Integer, Long, Double,
   *     Boolean or {@code long[]}
   * @return the tensor it returns
   */
  public NDArray call(NDManager manager, String method, Object... arguments) {
    List<IValue> temporary = new ArrayList<>(arguments.length);
    try {
      IValue[] values = new IValue[arguments.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = value(arguments[i], temporary);
      }
      try (IValue result = IValueUtils.runMethod(module, method, values)) {
        return result.toTensor((PtNDManager) manager);
      }
    } finally {
      temporary.forEach(IValue::close);
    }
  }

  private static IValue value(Object argument, List<IValue> temporary) {
    if (argument instanceof Parameters parameters) {
      return parameters.value();
    }
    IValue value = newValue(argument);
    temporary.add(value);
    return value;
  }

  private static IValue newValue(Object argument) {
    if (argument instanceof PtNDArray array) {
      return IValue.from(array);
    }
    if (argument instanceof Integer || argument instanceof Long) {
      return IValue.from(((Number) argument).longValue());
    }
    if (argument instanceof Double number) {
      return IValue.from(number.doubleValue());
    }
    if (argument instanceof Boolean flag) {
      return IValue.from(flag.booleanValue());
    }
    if (argument instanceof long[] list) {
      return IValue.listFrom(list);
    }
    throw new IllegalArgumentException("No kernel takes a " + argument);
  }
}
