/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.engine.Processor;

/**
 * The fused operations of the networks, in TorchScript. Every network has a text of functions
 * beside it and a class of typed methods that asks for the text here; the functions of a text call
 * each other and those of {@code tensors} and {@code operators.torchscript}. Overlays replace some
 * of them: {@code onednn} and {@code winograd} where PyTorch has oneDNN, {@code float32} where
 * bfloat16 is slow, {@code cuda} on a GPU.
 *
 * <p>The first call loads one module of all texts that have been asked for until then, which takes
 * much less time than a module each. A text that is asked for later gets a module of its own, with
 * no more functions than it needs.
 */
public final class Kernels {

  private static final Logger LOG = System.getLogger(Kernels.class.getName());
  private static final String CLASS = "Kernels";
  private static final List<String> PLAIN = List.of();
  private static final List<String> WITH_ONEDNN = List.of("onednn", "winograd");
  private static final List<String> SLOW_IN_BFLOAT16 = List.of("onednn", "winograd", "float32");
  private static final List<String> WITH_CUDA = List.of("cuda");

  private final NDManager manager;
  private final NDArray onGpu;
  private final boolean isSlowInBfloat16;
  private final boolean areDifferentiable;
  private final Map<String, KernelFunctions> texts = new LinkedHashMap<>();
  private final TensorKernels tensors;
  private final OperatorKernels operators;
  private List<String> overlays;
  private Set<Precision> packing;

  /**
   * Kernels for a device. Nothing is loaded yet.
   *
   * @param manager owns them, and says on which device they run
   */
  public Kernels(NDManager manager) {
    this(manager, manager.getDevice().isGpu());
  }

  /**
   * Kernels for a device. Nothing is loaded yet.
   *
   * @param manager owns them, and says on which device they run
   * @param likeGpu whether to take those of a GPU, which run on a CPU, too
   */
  public Kernels(NDManager manager, boolean likeGpu) {
    this(manager, likeGpu, !likeGpu && !Processor.present().isFasterInBfloat16(), false);
  }

  private Kernels(
      NDManager manager, boolean likeGpu, boolean slowInBfloat16, boolean differentiable) {
    this.manager = manager;
    areDifferentiable = differentiable;
    onGpu = manager.getDevice().isGpu() ? manager.create(0f) : null;
    isSlowInBfloat16 = slowInBfloat16;
    if (likeGpu) overlays = WITH_CUDA;
    else if (differentiable) overlays = PLAIN;
    else overlays = slowInBfloat16 ? SLOW_IN_BFLOAT16 : WITH_ONEDNN;
    tensors = new TensorKernels(this);
    operators = new OperatorKernels(this);
  }

  /** Kernels of a CPU that is slow in bfloat16, on any CPU. */
  static Kernels slowInBfloat16(NDManager manager) {
    return new Kernels(manager, false, true, false);
  }

  /**
   * Kernels whose calls are recorded for gradients. They do not use oneDNN's packed weights, which
   * have no gradients.
   *
   * @param manager owns them, and says on which device they run
   */
  public static Kernels differentiable(NDManager manager) {
    return new Kernels(manager, manager.getDevice().isGpu(), false, true);
  }

  boolean areDifferentiable() {
    return areDifferentiable;
  }

  /**
   * Gives the functions of a text. Only the class of typed methods beside it asks.
   *
   * @param beside that class
   * @param name of the resource in its package, without {@code .torchscript}
   * @return the functions, loaded when one is first called
   */
  public synchronized KernelFunctions functions(Class<?> beside, String name) {
    return texts.computeIfAbsent(
        beside.getPackageName() + "/" + name, key -> new KernelFunctions(this, beside, name));
  }

  /** Loads all texts that are not loaded yet, as one module. */
  synchronized void load() {
    List<KernelFunctions> waiting =
        texts.values().stream().filter(functions -> !functions.isLoaded()).toList();
    if (waiting.isEmpty()) return;
    PtSymbolBlock module = module(waiting);
    waiting.forEach(functions -> functions.runIn(module));
  }

  private PtSymbolBlock module(List<KernelFunctions> waiting) {
    try {
      return loaded(text(waiting, overlays));
    } catch (EngineException e) {
      if (!overlays.containsAll(WITH_ONEDNN)) throw e;
      PtSymbolBlock plain = loaded(text(waiting, PLAIN));
      overlays = PLAIN;
      LOG.log(Level.INFO, "PyTorch has no oneDNN here: networks run, but more slowly.");
      LOG.log(Level.DEBUG, "Loading the kernels for oneDNN failed.", e);
      return plain;
    }
  }

  private KernelText text(List<KernelFunctions> waiting, List<String> over) {
    KernelText all = tensors.functions().text(over).and(operators.functions().text(over));
    Set<String> asked = new LinkedHashSet<>();
    for (KernelFunctions functions : waiting) {
      KernelText own = functions.text(over);
      asked.addAll(own.names());
      if (!isBase(functions)) all = all.and(own);
    }
    return all.needed(asked);
  }

  private boolean isBase(KernelFunctions functions) {
    return functions == tensors.functions() || functions == operators.functions();
  }

  private PtSymbolBlock loaded(KernelText text) {
    try {
      byte[] archive = TorchScript.archive(CLASS, text.code(CLASS));
      return JniUtils.loadModule(
          (PtNDManager) manager, new ByteArrayInputStream(archive), false, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the kernels of tensors on their way. */
  public TensorKernels tensors() {
    return tensors;
  }

  /** Returns the kernels of single operators. */
  public OperatorKernels operators() {
    return operators;
  }

  /**
   * @param precision of weights
   * @return whether {@link OperatorKernels#packConv} and {@link OperatorKernels#packLinear} lay
   *     weights out for this processor; convolutions and products take either
   */
  synchronized boolean packs(Precision precision) {
    if (packing == null) packing = tried();
    return packing.contains(precision);
  }

  private Set<Precision> tried() {
    Set<Precision> succeeded = EnumSet.noneOf(Precision.class);
    load();
    if (!overlays.containsAll(WITH_ONEDNN)) return succeeded;
    for (Precision precision : List.of(Precision.FLOAT32, Precision.BFLOAT16)) {
      if (new PackingTrial(this, precision).succeeds(manager)) succeeded.add(precision);
    }
    return succeeded;
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
   * Makes a tensor of numbers, on a GPU without waiting for earlier work.
   *
   * @param owner of the tensor
   * @param numbers row by row
   * @param shape of as many elements
   * @return float32, on the device of the kernels
   */
  public NDArray create(NDManager owner, float[] numbers, Shape shape) {
    if (onGpu == null) return owner.create(numbers, shape);
    try (NDManager host = owner.newSubManager(Device.cpu())) {
      return tensors.uploaded(owner, host.create(numbers, shape), onGpu);
    }
  }

  /**
   * Waits until a tensor has been computed; of no effect on a CPU.
   *
   * @param array of these kernels
   */
  public void await(NDArray array) {
    if (onGpu == null) return;
    try (NDArray first = tensors.rows(array.getManager(), array.flatten(), 0, 1)) {
      first.toByteBuffer();
    }
  }
}
