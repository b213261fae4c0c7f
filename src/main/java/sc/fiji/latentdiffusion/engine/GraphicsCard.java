/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.engine;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** NVIDIA cards, on which models run. */
public final class GraphicsCard {

  private static final Logger LOG = System.getLogger(GraphicsCard.class.getName());
  private static final int LONGEST = 256;

  private GraphicsCard() {}

  /**
   * Returns the name of a card, as its driver tells it: "NVIDIA …", or "unknown" where there is no
   * driver.
   *
   * @param card counted from 0
   */
  public static String name(int card) {
    try {
      NativeLibrary driver = NativeLibrary.getInstance(Platform.isWindows() ? "nvcuda" : "cuda");
      int[] device = new int[1];
      byte[] name = new byte[LONGEST];
      require(driver, "cuInit", 0);
      require(driver, "cuDeviceGet", device, card);
      require(driver, "cuDeviceGetName", name, name.length, device[0]);
      return Native.toString(name);
    } catch (UnsatisfiedLinkError | IllegalStateException e) {
      LOG.log(Level.DEBUG, "The card's driver does not tell its name.", e);
      return "unknown";
    }
  }

  private static void require(NativeLibrary driver, String function, Object... arguments) {
    int error = driver.getFunction(function).invokeInt(arguments);
    if (error != 0) throw new IllegalStateException(function + " gave CUDA's error " + error);
  }
}
