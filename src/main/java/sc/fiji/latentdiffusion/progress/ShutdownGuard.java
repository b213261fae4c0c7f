/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.progress;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets the program end only between two evaluations: PyTorch crashes if its library is unloaded
 * while it computes. A signal that ends the program, or ImageJ's <i>Quit</i>, cancels the work
 * first.
 */
public final class ShutdownGuard {

  /** Systems that end a program kill it after some time; so long it may take to stop. */
  private static final long MOST_SECONDS = 20;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook;

  private ShutdownGuard(Runnable cancel) {
    hook = new Thread(() -> stop(cancel), "Latent Diffusion: stop");
  }

  /**
   * Guards the program until some work ends.
   *
   * @param cancel tells the work to stop soon
   */
  public static ShutdownGuard of(Runnable cancel) {
    ShutdownGuard guard = new ShutdownGuard(cancel);
    try {
      Runtime.getRuntime().addShutdownHook(guard.hook);
    } catch (IllegalStateException ending) {
      cancel.run();
    }
    return guard;
  }

  private void stop(Runnable cancel) {
    cancel.run();
    try {
      ended.await(MOST_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The work has ended. */
  public void end() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      // the hook has run, or runs
    }
  }
}
