/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless.windows;

/** Says that there are windows, to the tables that otherwise would open none. */
public final class GraphicsEnvironment {

  private GraphicsEnvironment() {}

  /** Returns false: these windows can be opened. */
  public static boolean isHeadless() {
    return false;
  }
}
