package sc.fiji.latentdiffusion.pipeline;

import com.sun.jna.Function;
import com.sun.jna.Platform;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * What PyTorch's native libraries read from the environment while they are loaded; on Linux alone.
 *
 * <ul>
 *   <li>GNU's OpenMP lets a waiting thread spin for milliseconds; where other work is on the
 *       machine, it so keeps the very thread from its core that it waits for, hundreds of times a
 *       step. Here it spins for some ten microseconds, then sleeps.
 *   <li>Large tensors come fresh from the system each time, page by page. Asked for in huge pages,
 *       a result of 84 MB is written in three quarters of the time.
 * </ul>
 */
final class NativeEnvironment {

  static final String SPINS_KEY = "GOMP_SPINCOUNT";
  static final String SPINS = "10000";
  static final String HUGE_PAGES_KEY = "THP_MEM_ALLOC_ENABLE";
  static final String HUGE_PAGES = "1";

  private static final Logger LOG = System.getLogger(NativeEnvironment.class.getName());
  private static final int KEEP_WHAT_IS_SET = 0;

  private NativeEnvironment() {}

  /**
   * Sets the variables that the user has not set. To be called before PyTorch's native library is
   * loaded; of no effect later, and other than on Linux.
   */
  static void prepare() {
    if (!Platform.isLinux()) return;
    try {
      if (System.getenv("OMP_WAIT_POLICY") == null) set(SPINS_KEY, SPINS);
      set(HUGE_PAGES_KEY, HUGE_PAGES);
    } catch (UnsatisfiedLinkError e) {
      LOG.log(Level.INFO, "PyTorch waits and allocates as it does by default: slower.", e);
    }
  }

  private static void set(String key, String value) {
    Object[] arguments = {key, value, KEEP_WHAT_IS_SET};
    Function.getFunction(Platform.C_LIBRARY_NAME, "setenv").invokeInt(arguments);
  }
}
