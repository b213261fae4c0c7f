/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.engine;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * The memory of the device that a model runs on. Sizes whose decoding alone exceeds it are refused
 * beforehand.
 *
 * @param owner for messages: the machine, or its graphics card
 * @param bytes all of it
 */
public record Memory(String owner, double bytes) {

  private static final double GIB = 1L << 30;

  private static final double USABLE = 0.85;

  /** The machine's. */
  static Memory ofMachine() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new Memory("machine", system.getTotalMemorySize());
  }

  /** The memory that a device works in. */
  static Memory of(Device device) {
    return device.isGpu()
        ? new Memory("graphics card", CudaUtils.getGpuMemory(device).getMax())
        : ofMachine();
  }

  /** How much of it weights and decoding may take: the rest is the system's and ImageJ's. */
  public double usable() {
    return USABLE * bytes;
  }

  /**
   * Checks a size.
   *
   * @param width in pixels
   * @param height in pixels
   * @param needed bytes that decoding it takes
   * @throws IllegalArgumentException with the estimate, if there is less
   */
  public void require(long width, long height, double needed) {
    if (needed > bytes) {
      throw new IllegalArgumentException(
          String.format(
              "A picture of %d × %d pixels needs about %.1f GiB with this model, but the %s has"
                  + " %.1f GiB. Choose a smaller width and height.",
              width, height, needed / GIB, owner, bytes / GIB));
    }
  }
}
