/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import java.util.Locale;

/**
 * Where and in which number format a model runs, as it was chosen for this machine.
 *
 * @param device CPU or GPU
 * @param precision of the numbers that it computes with
 */
public record Hardware(Device device, Precision precision) {

  private static final String ENGINE = "PyTorch";

  /**
   * A model is large if its denoiser's weights take more bytes than this: that of Stable Diffusion
   * 1.5 has 860 million weights, that of the built-in model 3 million.
   */
  private static final long LARGE = 1L << 29;

  static {
    System.setProperty("OPT_OUT_TRACKING", "true");
    NativeEnvironment.prepare();
  }

  /**
   * Decides.
   *
   * @param precision auto, float32, bfloat16 or float16
   * @param device see {@link DeviceName}
   * @param denoiserBytes of its weights in the model's files: a lower precision saves much with a
   *     large one
   * @throws IllegalArgumentException if this machine has no such device, or can't use the precision
   *     on it, or PyTorch's native library would have to be downloaded and may not be
   * @throws IllegalStateException if PyTorch's native library can't be loaded
   */
  public static Hardware of(String precision, String device, double denoiserBytes) {
    Device chosen = device(device, engine(device).getGpuCount());
    return new Hardware(chosen, precision(precision, chosen.isGpu(), isLarge(denoiserBytes)));
  }

  /**
   * Returns whether a model is so large that a lower precision saves much.
   *
   * @param denoiserBytes of its denoiser's weights in its files
   */
  public static boolean isLarge(double denoiserBytes) {
    return denoiserBytes > LARGE;
  }

  /**
   * Loads PyTorch, at the first call, with this class's own loader, whatever the thread's is.
   *
   * @param device for which it is wanted: auto, cpu or gpu
   */
  public static Engine engine(String device) {
    ClassLoader own = NativeLibrary.require(device);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(own);
    try {
      return Engine.getEngine(ENGINE);
    } catch (RuntimeException | LinkageError e) {
      NativeLibrary.requireDownloaded(device, e);
      throw new IllegalStateException(
          "PyTorch's native library does not load on this system ("
              + System.getProperty("os.name")
              + ", "
              + System.getProperty("os.arch")
              + "): "
              + e.getMessage()
              + ". Install the build of this plugin for your platform; after Help ▸ Refresh Menus,"
              + " restart ImageJ.",
          e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** Chooses among so many cards, which may be none. */
  static Device device(String device, int gpus) {
    boolean isAsked = DeviceName.isGpu(device);
    if (isAsked && gpus == 0) {
      throw new IllegalArgumentException(
          "device="
              + device
              + " was asked for, but there is no GPU to use: "
              + Cuda.found().reason());
    }
    int card = DeviceName.card(device);
    if (isAsked && card >= gpus) {
      throw new IllegalArgumentException(
          String.format(
              "device must be a card that is there, from gpu:0 to gpu:%d, but is %s. Cards are"
                  + " counted from 0.",
              gpus - 1, device));
    }
    return device.equals("cpu") || gpus == 0 ? Device.cpu() : Device.gpu(card);
  }

  private static Precision precision(String precision, boolean gpu, boolean large) {
    if (precision.equals("auto")) {
      return gpu ? Precision.FLOAT16 : automatic(large, Processor.present());
    }
    Precision chosen = Precision.valueOf(precision.toUpperCase(Locale.ROOT));
    if (chosen == Precision.FLOAT16 && !gpu) {
      throw new IllegalArgumentException(
          "precision=float16 was asked for on the CPU, which is a thousand times slower in it."
              + " Choose precision=auto, float32 or bfloat16.");
    }
    return chosen;
  }

  /**
   * Returns the precision that suits a CPU. Small models are fast enough in float32, whose results
   * differ least between machines.
   */
  public static Precision automatic(boolean large, Processor processor) {
    return large && processor.isFasterInBfloat16() ? Precision.BFLOAT16 : Precision.FLOAT32;
  }

  /**
   * Returns whether a model will run on a GPU, as far as that is known before PyTorch is loaded.
   *
   * @param device auto, cpu or gpu
   */
  public static boolean expectsGpu(String device) {
    return !device.equals("cpu") && Cuda.found().isUsed(device);
  }

  /** Returns the memory of the device, as far as that is known before PyTorch is loaded. */
  public static Memory expectedMemory(String device) {
    return Memory.of(expectsGpu(device) ? Device.gpu(DeviceName.card(device)) : Device.cpu());
  }

  /** Returns the memory of the device. */
  public Memory memory() {
    return Memory.of(device);
  }

  /** Returns a new owner of memory on the device. */
  public NDManager newManager() {
    return engine(deviceName()).newBaseManager(device);
  }

  /** Returns cpu, gpu, or gpu:1 for a card behind the first. */
  public String deviceName() {
    return device.isGpu() ? DeviceName.of(device.getDeviceId()) : "cpu";
  }

  /** Returns float32, bfloat16 or float16. */
  public String precisionName() {
    return precision.name().toLowerCase(Locale.ROOT);
  }
}
