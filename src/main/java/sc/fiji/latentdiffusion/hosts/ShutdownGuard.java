package sc.fiji.latentdiffusion.hosts;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.scijava.Cancelable;

/**
 * Lets the program end only between two evaluations: PyTorch crashes if its library is unloaded
 * while it computes. A signal that ends the program, or ImageJ's <i>Quit</i>, cancels the command
 * first.
 */
final class ShutdownGuard {

  /** Systems that end a program kill it after some time; so long it may take to stop. */
  private static final long MOST_SECONDS = 20;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook;

  private ShutdownGuard(Cancelable command) {
    hook = new Thread(() -> stop(command), "Latent Diffusion: stop");
  }

  /** Guards the program while a command runs. */
  static ShutdownGuard of(Cancelable command) {
    ShutdownGuard guard = new ShutdownGuard(command);
    try {
      Runtime.getRuntime().addShutdownHook(guard.hook);
    } catch (IllegalStateException ending) {
      command.cancel(null);
    }
    return guard;
  }

  private void stop(Cancelable command) {
    command.cancel(null);
    try {
      ended.await(MOST_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The command has ended. */
  void end() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      // the hook has run, or runs
    }
  }
}
