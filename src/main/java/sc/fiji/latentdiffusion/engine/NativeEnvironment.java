/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.engine;

import com.sun.jna.Function;
import com.sun.jna.Platform;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * The environment variables that PyTorch's native libraries read while they are loaded; on Linux
 * alone.
 *
 * <p>GNU's OpenMP lets a waiting thread spin for milliseconds; where other work is on the machine,
 * it so keeps the very thread from its core that it waits for, hundreds of times a step. Here it
 * spins for some ten microseconds, then sleeps.
 *
 * <p>PyTorch's {@code THP_MEM_ALLOC_ENABLE}, huge pages for tensors, is left as it is: on a virtual
 * machine it took 10 s instead of 5 to load Stable Diffusion 1.5 in float32, as every huge page
 * came fresh from the host, 13.7 s instead of 11.2 to decode, and made steps no faster.
 */
final class NativeEnvironment {

  static final String SPINS_KEY = "GOMP_SPINCOUNT";
  static final String SPINS = "10000";

  private static final Logger LOG = System.getLogger(NativeEnvironment.class.getName());
  private static final int KEEP_WHAT_IS_SET = 0;

  private NativeEnvironment() {}

  /**
   * Sets the variables that the user has not set. Call it before PyTorch's native library is
   * loaded; later, and on other systems, it has no effect.
   */
  static void prepare() {
    if (!Platform.isLinux()) return;
    try {
      if (System.getenv("OMP_WAIT_POLICY") == null) set(SPINS_KEY, SPINS);
    } catch (UnsatisfiedLinkError e) {
      LOG.log(Level.INFO, "PyTorch's threads wait as they do by default: slower.", e);
    }
  }

  private static void set(String key, String value) {
    Object[] arguments = {key, value, KEEP_WHAT_IS_SET};
    Function.getFunction(Platform.C_LIBRARY_NAME, "setenv").invokeInt(arguments);
  }
}
