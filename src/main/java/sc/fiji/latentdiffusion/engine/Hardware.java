package sc.fiji.latentdiffusion.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.Locale;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.model.Model;

/**
 * Where and in which number format a model runs: what was asked for, and what that came to on this
 * machine.
 */
public record Hardware(Device device, Precision precision) {

  private static final String ENGINE = "PyTorch";

  /**
   * From how many bytes of its U-Net on a model is large: Stable Diffusion 1.5's has 860 million
   * weights, that of the model in the jar 3 million.
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
   * @param device auto, cpu or gpu
   * @param model that is to run: with a large one a lower precision saves much
   * @throws IOException if the model's tensors can't be found
   * @throws IllegalArgumentException if this machine has no such device, or can't use the precision
   *     on it, or PyTorch's native library would have to be downloaded and may not be
   * @throws IllegalStateException if PyTorch's native library can't be loaded
   */
  public static Hardware of(String precision, String device, Model model) throws IOException {
    Device chosen = device(device, engine(device).getGpuCount());
    return new Hardware(chosen, precision(precision, chosen.isGpu(), model));
  }

  public static boolean isLarge(Model model) throws IOException {
    long bytes = 0;
    for (StoredTensor tensor : model.tensors("unet").values()) bytes += tensor.byteCount();
    return bytes > LARGE;
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

  private static Device device(String device, int gpus) {
    if (device.equals("gpu") && gpus == 0) {
      throw new IllegalArgumentException(
          "device=gpu was asked for, but there is no GPU to use: " + Cuda.found().reason());
    }
    return device.equals("cpu") || gpus == 0 ? Device.cpu() : Device.gpu();
  }

  private static Precision precision(String precision, boolean gpu, Model model)
      throws IOException {
    if (precision.equals("auto")) {
      return gpu ? Precision.FLOAT16 : automatic(isLarge(model), Processor.present());
    }
    Precision chosen = Precision.valueOf(precision.toUpperCase(Locale.ROOT));
    if (chosen == Precision.FLOAT16 && !gpu) {
      throw new IllegalArgumentException(
          "precision=float16 was asked for on the CPU, which is a thousand times slower in it."
              + " Choose precision=auto, float32 or bfloat16.");
    }
    return chosen;
  }

  /** On a CPU: small models are fast enough in float32, whose results differ least elsewhere. */
  public static Precision automatic(boolean large, Processor processor) {
    return large && processor.isFasterInBfloat16() ? Precision.BFLOAT16 : Precision.FLOAT32;
  }

  /**
   * Whether a model will run on a GPU, as far as that is known before PyTorch is loaded.
   *
   * @param device auto, cpu or gpu
   */
  public static boolean expectsGpu(String device) {
    return !device.equals("cpu") && Cuda.found().isUsed(device);
  }

  /** The memory that a model will run in, as far as that is known before PyTorch is loaded. */
  public static Memory expectedMemory(String device) {
    return Memory.of(expectsGpu(device) ? Device.gpu() : Device.cpu());
  }

  /** Returns the memory of the device. */
  public Memory memory() {
    return Memory.of(device);
  }

  /** Returns a new owner of memory on the device. */
  public NDManager newManager() {
    return engine(deviceName()).newBaseManager(device);
  }

  /** Returns cpu or gpu. */
  public String deviceName() {
    return device.isGpu() ? "gpu" : "cpu";
  }

  /** Returns float32, bfloat16 or float16. */
  public String precisionName() {
    return precision.name().toLowerCase(Locale.ROOT);
  }
}
