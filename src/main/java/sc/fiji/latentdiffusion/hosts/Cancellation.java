/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts;

/** Whether a command was cancelled, and the reason that its host tells the user. */
final class Cancellation {

  private volatile boolean canceled;
  private volatile String reason;
  private volatile boolean held;

  /** Cancels; no reason, null or empty, leaves an earlier one as it is. */
  void cancel(String why) {
    canceled = true;
    if (reason == null || why != null && !why.isEmpty()) {
      reason = why;
    }
  }

  boolean isCanceled() {
    return canceled;
  }

  /** Keeps the reason to itself while another part of the plugin shows it; or no longer. */
  void hold(boolean hold) {
    held = hold;
  }

  boolean isHeld() {
    return held;
  }

  /** Returns the reason; null for none, or while it is held. */
  String reason() {
    return held ? null : reason;
  }
}
