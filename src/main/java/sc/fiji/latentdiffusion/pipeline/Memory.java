package sc.fiji.latentdiffusion.pipeline;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import sc.fiji.latentdiffusion.models.VaeMemory;

/** The machine's memory. Sizes whose decoding alone exceeds it are refused beforehand. */
final class Memory {

  private static final double GIB = 1L << 30;

  private static final double USABLE = 0.85;

  private Memory() {}

  /** The machine's memory in bytes. */
  static double present() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }

  /** How much of it weights and decoding may take: the rest is the system's and ImageJ's. */
  static double usable() {
    return USABLE * present();
  }

  /**
   * Checks a size.
   *
   * @param width in pixels
   * @param height in pixels
   * @param vae that will decode it
   * @throws IllegalArgumentException with the estimate, if the machine has less
   */
  static void require(long width, long height, VaeMemory vae) {
    double needed = vae.bytes(width, height);
    if (needed > present()) {
      throw new IllegalArgumentException(
          String.format(
              "A picture of %d × %d pixels needs about %.1f GiB with this model, but the machine"
                  + " has %.1f GiB. Choose a smaller width and height.",
              width, height, needed / GIB, present() / GIB));
    }
  }
}
