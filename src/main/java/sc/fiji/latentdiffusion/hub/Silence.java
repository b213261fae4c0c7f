/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hub;

import java.io.IOException;
import java.time.Duration;

/** A server that takes a request, or has begun to answer, and then sends nothing. */
final class Silence extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * @param host that is silent
   * @param waited how long it was waited for
   */
  Silence(String host, Duration waited) {
    super(host + " has sent nothing for " + waited.toSeconds() + " seconds");
  }
}
