/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn;

import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.stream.Stream;

/**
 * Calls a function of a module so that PyTorch records it for gradients. DJL 0.35.1's {@code
 * IValueUtils.runMethod} always runs without them; the native method under it takes a flag, and is
 * reached here by reflection.
 */
final class DifferentiableCall {

  private static final String LIBRARY = "ai.djl.pytorch.jni.PyTorchLibrary";

  private final Object library;
  private final Method run;
  private final Constructor<IValue> value;

  private DifferentiableCall() {
    try {
      Class<?> type = Class.forName(LIBRARY, true, IValue.class.getClassLoader());
      Field instance = type.getDeclaredField("LIB");
      instance.setAccessible(true);
      library = instance.get(null);
      run =
          type.getDeclaredMethod(
              "moduleRunMethod",
              long.class,
              String.class,
              long[].class,
              boolean.class,
              boolean.class);
      run.setAccessible(true);
      value = IValue.class.getDeclaredConstructor(long.class);
      value.setAccessible(true);
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new IllegalStateException(
          "This version of DJL has another "
              + LIBRARY
              + " than 0.35.1 and 0.36.0: models can't be trained with it. Install the DJL that"
              + " came with this plugin.",
          e);
    }
  }

  /** Made when a model is trained for the first time. */
  private static final class Once {
    static final DifferentiableCall INSTANCE = new DifferentiableCall();
  }

  /**
   * Calls a function.
   *
   * @param module that has it
   * @param function its name
   * @param arguments in its order
   * @return its result, with its graph if an argument needs gradients
   */
  static IValue run(PtSymbolBlock module, String function, IValue... arguments) {
    JniUtils.setGradMode(true);
    return Once.INSTANCE.called(module, function, arguments);
  }

  private IValue called(PtSymbolBlock module, String function, IValue... arguments) {
    long[] handles = Stream.of(arguments).mapToLong(IValue::getHandle).toArray();
    try {
      return value.newInstance(
          (long) run.invoke(library, module.getHandle(), function, handles, true, false));
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) throw cause;
      if (e.getCause() instanceof Error cause) throw cause;
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
