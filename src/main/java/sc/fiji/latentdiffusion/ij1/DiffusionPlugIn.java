/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1;

import ij.IJ;
import ij.plugin.PlugIn;

/**
 * Runs a command from ImageJ 1.x's menu or a macro; the argument is the command's class.
 *
 * <p>Help ▸ Refresh Menus gives ImageJ a new class loader for plugins, but a native library can be
 * loaded by one loader only. So the first one is kept for the life of the program, and all later
 * copies of this class hand over to it. SciJava and DJL look for their parts in the thread's
 * context class loader, which is therefore set to the same one.
 */
public final class DiffusionPlugIn implements PlugIn {

  private static final String LOADER = "latentdiffusion.loader";

  /** Runs the command of this class name. */
  @Override
  public void run(String command) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try {
      thread.setContextClassLoader(firstLoader());
      runner(firstLoader()).run(command);
    } catch (ReflectiveOperationException | LinkageError e) {
      IJ.error(
          "Latent Diffusion",
          "The plugin's classes can't be loaded any more ("
              + e
              + "),\nas when its file was replaced while ImageJ runs. Restart ImageJ.");
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static PlugIn runner(ClassLoader loader) throws ReflectiveOperationException {
    return (PlugIn)
        Class.forName(DiffusionPlugIn.class.getPackageName() + ".CommandRunner", true, loader)
            .getConstructor()
            .newInstance();
  }

  private static ClassLoader firstLoader() {
    synchronized (IJ.class) {
      if (IJ.getProperty(LOADER) == null) {
        IJ.setProperty(LOADER, DiffusionPlugIn.class.getClassLoader());
      }
      return (ClassLoader) IJ.getProperty(LOADER);
    }
  }
}
