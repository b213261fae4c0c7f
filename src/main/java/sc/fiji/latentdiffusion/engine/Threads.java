/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.engine;

import ai.djl.pytorch.jni.JniUtils;

/** The threads among which PyTorch shares out a computation on the CPU. */
public final class Threads {

  private Threads() {}

  /** Returns their number, once PyTorch is loaded. */
  public static int present() {
    return JniUtils.getNumThreads();
  }
}
