package sc.fiji.latentdiffusion.pipeline;

import com.sun.jna.Function;
import com.sun.jna.Platform;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * How PyTorch's threads wait for one another. GNU's OpenMP lets a waiting thread spin for
 * milliseconds; where other work is on the machine, it so keeps the very thread from its core that
 * it waits for, hundreds of times a step. Here it spins for some ten microseconds, then sleeps.
 */
final class OpenMP {

  static final String KEY = "GOMP_SPINCOUNT";
  static final String SPINS = "10000";

  private static final Logger LOG = System.getLogger(OpenMP.class.getName());
  private static final int KEEP_WHAT_IS_SET = 0;

  private OpenMP() {}

  /**
   * Sets the environment variable that OpenMP reads while it is loaded, unless the user has set it.
   * To be called before PyTorch's native library is loaded; of no effect later, and other than on
   * Linux.
   */
  static void shortenSpinning() {
    if (!Platform.isLinux() || System.getenv("OMP_WAIT_POLICY") != null) {
      return;
    }
    try {
      Object[] arguments = {KEY, SPINS, KEEP_WHAT_IS_SET};
      Function.getFunction(Platform.C_LIBRARY_NAME, "setenv").invokeInt(arguments);
    } catch (UnsatisfiedLinkError e) {
      LOG.log(Level.INFO, "OpenMP waits as it does by default: slow on a busy machine.", e);
    }
  }
}
