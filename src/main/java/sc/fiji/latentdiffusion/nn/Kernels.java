package sc.fiji.latentdiffusion.nn;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import sc.fiji.latentdiffusion.engine.OutOfMemory;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.engine.Processor;

/**
 * The fused operations of the networks: methods of one TorchScript module whose text is the
 * resources {@code kernels}, {@code text} and {@code merge.torchscript}, some of them replaced
 * where PyTorch has oneDNN by those of {@code onednn} and {@code winograd.torchscript} and, where
 * bfloat16 is slow, of {@code float32.torchscript}, on a GPU by those of {@code cuda.torchscript}.
 * A call is one native call, whatever the method does; what it computes on the way is freed as soon
 * as it has been used. On a GPU a call returns before the work is done, {@link #await} waits for
 * it.
 */
public final class Kernels {

  private static final Logger LOG = System.getLogger(Kernels.class.getName());
  private static final List<String> EVERYWHERE = List.of("kernels", "text", "merge");
  private static final List<String> WITH_ONEDNN = List.of("onednn", "winograd");
  private static final List<String> SLOW_IN_BFLOAT16 = List.of("float32");
  private static final List<String> WITH_CUDA = List.of("cuda");

  private final PtSymbolBlock module;
  private final NDArray onGpu;
  private final boolean isSlowInBfloat16;
  private final Set<Precision> packing = EnumSet.noneOf(Precision.class);

  /**
   * Loads the kernels.
   *
   * @param manager owns them, and says on which device they run
   * @throws IOException if the resources can't be read
   */
  public Kernels(NDManager manager) throws IOException {
    this(manager, manager.getDevice().isGpu());
  }

  /**
   * Loads the kernels.
   *
   * @param manager owns them, and says on which device they run
   * @param likeGpu whether to take those of a GPU, which run on a CPU, too
   * @throws IOException if the resources can't be read
   */
  public Kernels(NDManager manager, boolean likeGpu) throws IOException {
    this(manager, likeGpu, !likeGpu && !Processor.present().isFasterInBfloat16());
  }

  private Kernels(NDManager manager, boolean likeGpu, boolean slowInBfloat16) throws IOException {
    KernelText plain = KernelText.of(EVERYWHERE);
    onGpu = manager.getDevice().isGpu() ? manager.create(0f) : null;
    isSlowInBfloat16 = slowInBfloat16;
    if (likeGpu) {
      module = module(plain.with(KernelText.of(WITH_CUDA)), manager);
      return;
    }
    KernelText onednn = plain.with(KernelText.of(WITH_ONEDNN));
    PtSymbolBlock packed =
        tried(slowInBfloat16 ? onednn.with(KernelText.of(SLOW_IN_BFLOAT16)) : onednn, manager);
    module = packed == null ? module(plain, manager) : packed;
    if (packed == null) return;
    for (Precision precision : List.of(Precision.FLOAT32, Precision.BFLOAT16)) {
      if (new PackingTrial(this, precision).succeeds(manager)) packing.add(precision);
    }
  }

  /** Those of a CPU that is slow in bfloat16, whatever this one is. */
  static Kernels slowInBfloat16(NDManager manager) throws IOException {
    return new Kernels(manager, false, true);
  }

  private static PtSymbolBlock module(KernelText text, NDManager manager) throws IOException {
    byte[] archive = TorchScript.archive("Kernels", text.code("Kernels"));
    return JniUtils.loadModule(
        (PtNDManager) manager, new ByteArrayInputStream(archive), false, false);
  }

  /** Returns null where this build of PyTorch lacks oneDNN. */
  private static PtSymbolBlock tried(KernelText text, NDManager manager) throws IOException {
    try {
      return module(text, manager);
    } catch (EngineException e) {
      LOG.log(Level.INFO, "PyTorch has no oneDNN here: networks run, but more slowly.");
      LOG.log(Level.DEBUG, "Loading the kernels for oneDNN failed.", e);
      return null;
    }
  }

  /**
   * @param precision of weights
   * @return whether {@code pack_conv} and {@code pack_linear} lay weights out for this processor;
   *     {@code conv}, {@code linear} and the like take either
   */
  boolean packs(Precision precision) {
    return packing.contains(precision);
  }

  /**
   * @param precision of a network
   * @return whether attention in it is better computed in float32: on a CPU whose bfloat16 is slow.
   *     On an Intel processor without AMX, PyTorch 2.7.1 takes 278 ms for two pictures of 4096
   *     tokens and 8 heads of 40 channels that way, 407 in bfloat16, and 424 in blocks
   */
  public boolean attendsInFloat32(Precision precision) {
    return precision == Precision.BFLOAT16 && isSlowInBfloat16;
  }

  /**
   * Makes a tensor of numbers, on a GPU without waiting for what that has to do before.
   *
   * @param manager owns the tensor
   * @param numbers row by row
   * @param shape of as many elements
   * @return float32, on the device of the kernels
   */
  public NDArray create(NDManager manager, float[] numbers, Shape shape) {
    if (onGpu == null) return manager.create(numbers, shape);
    try (NDManager host = manager.newSubManager(Device.cpu())) {
      return call(manager, "uploaded", host.create(numbers, shape), onGpu);
    }
  }

  /**
   * Waits until a tensor has been computed; of no effect on a CPU.
   *
   * @param array of these kernels
   */
  public void await(NDArray array) {
    if (onGpu == null) return;
    try (NDArray first = call(array.getManager(), "rows", array.flatten(), 0, 1)) {
      first.toByteBuffer();
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
   * @throws IllegalStateException if memory does not suffice, saying what to do
   */
  public NDArray call(NDManager manager, String method, Object... arguments) {
    List<IValue> temporary = new ArrayList<>(arguments.length);
    KernelEvent event = new KernelEvent();
    event.begin();
    try {
      IValue[] values = new IValue[arguments.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = value(arguments[i], temporary);
      }
      keepFromRewriting();
      try (IValue result = IValueUtils.runMethod(module, method, values)) {
        return result.toTensor((PtNDManager) manager);
      }
    } catch (EngineException e) {
      throw OutOfMemory.explained(e);
    } finally {
      temporary.forEach(IValue::close);
      record(event, method, arguments);
    }
  }

  /**
   * The executor would rewrite each method after its first call, which takes longer than it gains –
   * 1.4 s of the 5.4 s that a macro with the model in the jar took –, and on a GPU fuse operations,
   * so that later calls gave other bits. To be told on every thread.
   */
  private static void keepFromRewriting() {
    JniUtils.setGraphExecutorOptimize(false);
  }

  private static void record(KernelEvent event, String method, Object... arguments) {
    event.end();
    if (event.shouldCommit()) {
      event.method = method;
      event.shape = arguments[0] instanceof NDArray x ? x.getShape().toString() : "";
      event.commit();
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
