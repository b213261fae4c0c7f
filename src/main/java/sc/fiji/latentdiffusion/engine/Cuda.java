/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.engine;

import ai.djl.util.cuda.CudaUtils;
import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;

/**
 * PyTorch's libraries for an NVIDIA card. No archive of the plugin holds them: DJL downloads them,
 * as soon as it is let and does not see the library that lies beside the plugin, which it prefers.
 * Once they are there, they are used, on the CPU, too; a program can load PyTorch once only.
 *
 * @param hasCard whether DJL finds an NVIDIA card, its driver and CUDA's runtime library
 * @param isDownloaded whether the libraries are there
 */
record Cuda(boolean hasCard, boolean isDownloaded) {

  /** Returns the state of this machine, without loading PyTorch. */
  static Cuda found() {
    boolean hasCard = CudaUtils.hasCuda();
    return new Cuda(hasCard, hasCard && NativeLibrary.isDownloaded("-cu"));
  }

  /**
   * Returns whether a command would need a download.
   *
   * @param device auto, cpu or gpu; auto takes the card if there is one
   */
  boolean isMissing(String device) {
    return DeviceName.isGpu(device) && hasCard && !isDownloaded;
  }

  /**
   * Returns whether a model will run on the card, once missing libraries have been downloaded.
   *
   * @param device auto or gpu
   */
  boolean isUsed(String device) {
    return hasCard && (isDownloaded || DeviceName.isGpu(device));
  }

  /**
   * Returns the class loader by which DJL should look for PyTorch.
   *
   * @param own loader of the plugin
   * @param device auto, cpu or gpu
   * @param mayDownload whether the user has agreed
   */
  ClassLoader loader(ClassLoader own, String device, boolean mayDownload) {
    boolean uses = hasCard && isDownloaded || mayDownload && isMissing(device);
    return uses ? new Hiding(own) : own;
  }

  /** Why a GPU that was asked for can't be had, although PyTorch is loaded. */
  String reason() {
    return hasCard
        ? "PyTorch has been loaded for the CPU, which can't be changed while the program runs."
            + " Restart ImageJ and run this command first, or choose device=auto or device=cpu."
        : "DJL finds none: it takes an NVIDIA card, its driver, and CUDA's runtime library"
            + " (libcudart on Linux, cudart64_12.dll on Windows; part of NVIDIA's CUDA toolkit 12.8"
            + " or newer). PyTorch's own CUDA libraries are then downloaded, after a question."
            + " Choose device=auto or device=cpu.";
  }

  /** Sees all but the library that lies beside the plugin. */
  private static final class Hiding extends ClassLoader {

    Hiding(ClassLoader own) {
      super(own);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      return name.equals(NativeLibrary.RESOURCE)
          ? Collections.emptyEnumeration()
          : super.getResources(name);
    }
  }
}
