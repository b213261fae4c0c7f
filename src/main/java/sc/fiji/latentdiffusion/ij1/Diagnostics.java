/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1;

import com.sun.management.OperatingSystemMXBean;
import ij.IJ;
import java.awt.HeadlessException;
import java.awt.Toolkit;
import java.awt.datatransfer.StringSelection;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import sc.fiji.latentdiffusion.engine.GraphicsCard;
import sc.fiji.latentdiffusion.hosts.Failure;
import sc.fiji.latentdiffusion.images.results.Versions;

/**
 * What a report of a fault needs: versions, machine, memory, the last error. It holds nothing
 * personal: no path, no name of a user or an image, no prompt.
 */
public final class Diagnostics {

  /** The label of the button in the help's window. */
  static final String LABEL = "Copy Diagnostics";

  private static final double GIB = 1 << 30;

  /** The lines of an error's stack that are given. */
  private static final int FRAMES = 8;

  private Diagnostics() {}

  /** Copies the text to the clipboard, and says so in the status bar. */
  static void copy() {
    try {
      StringSelection text = new StringSelection(text());
      Toolkit.getDefaultToolkit().getSystemClipboard().setContents(text, null);
      IJ.showStatus("Diagnostics copied: paste them into your report");
    } catch (HeadlessException | IllegalStateException e) {
      IJ.log(text()); // another program holds the clipboard
    }
  }

  /**
   * Returns the text, some lines. Macros get it by {@code
   * call("sc.fiji.latentdiffusion.ij1.Diagnostics.text")}. PyTorch is not loaded for it.
   */
  public static String text() {
    return String.join(
        "\n",
        "Latent Diffusion " + Versions.plugin(),
        "ImageJ " + IJ.getFullVersion() + ", Java " + property("java.version"),
        property("os.name") + " " + property("os.version") + ", " + property("os.arch"),
        "DJL " + Versions.djl(),
        Versions.cpu() + ", " + Runtime.getRuntime().availableProcessors() + " threads",
        "graphics card " + GraphicsCard.name(0),
        memory(),
        "last error " + Failure.last().map(Diagnostics::text).orElse("none"));
  }

  private static String property(String key) {
    return System.getProperty(key);
  }

  private static String memory() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    Runtime java = Runtime.getRuntime();
    return String.format(
        Locale.ROOT,
        "memory %.1f GiB, %.1f of them free; ImageJ uses %.1f of at most %.1f GiB",
        system.getTotalMemorySize() / GIB,
        system.getFreeMemorySize() / GIB,
        (java.totalMemory() - java.freeMemory()) / GIB,
        java.maxMemory() / GIB);
  }

  private static String text(Throwable error) {
    StringBuilder text = new StringBuilder(error.getClass().getName());
    Optional.ofNullable(error.getMessage()).ifPresent(m -> text.append(": ").append(general(m)));
    Arrays.stream(error.getStackTrace())
        .limit(FRAMES)
        .forEach(frame -> text.append("\n  at ").append(frame));
    if (error.getCause() != null) text.append("\ncaused by ").append(text(error.getCause()));
    return text.toString();
  }

  /** Leaves out of a message what is quoted, in brackets, or a path. */
  static String general(String message) {
    return message
        .replaceAll("\"[^\"]*\"|'[^']*'|\\[[^\\]]*\\]", "…")
        .replaceAll("\\S*[/\\\\][^\\s;,]*", "…");
  }
}
