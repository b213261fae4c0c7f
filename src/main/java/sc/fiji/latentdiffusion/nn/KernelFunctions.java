/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import sc.fiji.latentdiffusion.engine.OutOfMemory;
import sc.fiji.latentdiffusion.engine.Precision;

/**
 * The functions of one kernel text, called by name. Only the class of typed methods beside the text
 * holds this, and gives each function a method that says its shapes.
 *
 * <p>A call is one native call, whatever the function does; what it computes on the way is freed as
 * soon as it has been used. On a GPU a call returns before the work is done; {@link Kernels#await}
 * waits for it.
 */
public final class KernelFunctions {

  private final Kernels kernels;
  private final Class<?> beside;
  private final String name;
  private volatile PtSymbolBlock module;

  /**
   * @param kernels load the text when it is first called
   * @param beside a class of the text's package
   * @param name of the text, without its ending
   */
  KernelFunctions(Kernels kernels, Class<?> beside, String name) {
    this.kernels = kernels;
    this.beside = beside;
    this.name = name;
  }

  /** Reads the text with overlays. */
  KernelText text(List<String> overlays) {
    return KernelText.read(beside, name, overlays);
  }

  boolean isLoaded() {
    return module != null;
  }

  void runIn(PtSymbolBlock loaded) {
    module = loaded;
  }

  /**
   * Calls a function that returns a tensor.
   *
   * @param owner of the result
   * @param function its name
   * @param arguments in its order: {@link NDArray}, {@link Parameters}, {@link Precision} for a
   *     format, Integer, Long, Double, Boolean or {@code long[]}
   * @return the tensor
   * @throws IllegalArgumentException if memory does not suffice, saying what to do
   */
  public NDArray call(NDManager owner, String function, Object... arguments) {
    return run(function, arguments, result -> result.toTensor((PtNDManager) owner));
  }

  /**
   * Calls a function that returns several tensors.
   *
   * @param owner of the results
   * @param function its name
   * @param arguments as {@link #call} takes them
   * @return the tensors of its tuple or list, in its order
   * @throws IllegalArgumentException if memory does not suffice, saying what to do
   */
  public NDList callForAll(NDManager owner, String function, Object... arguments) {
    return run(function, arguments, result -> result.toNDList((PtNDManager) owner));
  }

  private <R> R run(String function, Object[] arguments, Function<IValue, R> read) {
    if (module == null) kernels.load();
    List<Runnable> after = new ArrayList<>(arguments.length);
    KernelEvent event = new KernelEvent();
    event.begin();
    try {
      IValue[] values = new IValue[arguments.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = value(arguments[i], after);
      }
      keepFromRewriting();
      try (IValue result = result(function, values)) {
        return read.apply(result);
      }
    } catch (EngineException e) {
      throw OutOfMemory.explained(e);
    } finally {
      after.forEach(Runnable::run);
      record(event, function, arguments);
    }
  }

  private IValue result(String function, IValue... values) {
    return kernels.areDifferentiable()
        ? DifferentiableCall.run(module, function, values)
        : IValueUtils.runMethod(module, function, values);
  }

  /**
   * The executor would rewrite each function after its first call. That takes longer than it gains,
   * 1.4 s of the 5.4 s of a macro with the built-in model, and on a GPU it would fuse operations,
   * so that later calls gave other bits. The setting belongs to the thread.
   */
  private static void keepFromRewriting() {
    JniUtils.setGraphExecutorOptimize(false);
  }

  private static void record(KernelEvent event, String function, Object... arguments) {
    event.end();
    if (event.shouldCommit()) {
      event.function = function;
      event.shape = arguments[0] instanceof NDArray x ? x.getShape().toString() : "";
      event.commit();
    }
  }

  private static IValue value(Object argument, List<Runnable> after) {
    if (argument instanceof Parameters parameters) {
      return parameters.value(after);
    }
    IValue value = newValue(argument);
    after.add(value::close);
    return value;
  }

  private static IValue newValue(Object argument) {
    if (argument instanceof PtNDArray array) {
      return IValue.from(array);
    }
    if (argument instanceof Precision precision) {
      return IValue.from((long) precision.scalarType());
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
