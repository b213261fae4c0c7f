/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.engine;

import com.sun.jna.Function;
import com.sun.jna.Platform;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Memory that was freed, and that the C library keeps for the next who asks. After much was freed
 * in many pieces that is gigabytes, which large tensors can't use: they come fresh from the system.
 * After a step of Stable Diffusion 1.5 in float32 it is 300 MiB.
 */
public final class MallocTrim {

  private static final Logger LOG = System.getLogger(MallocTrim.class.getName());

  /** Fewer bytes are left to the C library. */
  private static final double MUCH = 1L << 26;

  private MallocTrim() {}

  /**
   * Gives it back to the system, where the C library is GNU's; of no effect elsewhere.
   *
   * @param bytes that were freed, or will be wanted in large pieces
   */
  public static void giveBack(double bytes) {
    if (!Platform.isLinux() || bytes < MUCH) return;
    try {
      Function.getFunction(Platform.C_LIBRARY_NAME, "malloc_trim").invokeInt(new Object[] {0L});
    } catch (UnsatisfiedLinkError e) {
      LOG.log(Level.DEBUG, "This C library can't be asked to give memory back.", e);
    }
  }
}
