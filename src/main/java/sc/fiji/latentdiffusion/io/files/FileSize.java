/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.files;

import java.util.Locale;

/** The sizes of files, for messages. */
public final class FileSize {

  private static final String[] UNITS = {"bytes", "kB", "MB", "GB", "TB"};

  private FileSize() {}

  /** Returns a number of bytes as people read it: {@code 2.1 GB}, in powers of ten. */
  public static String text(long bytes) {
    if (bytes < 1000) return bytes + " bytes";
    double value = bytes;
    int unit = 0;
    for (; value >= 999.5 && unit < UNITS.length - 1; unit++) value /= 1000;
    return String.format(Locale.ROOT, value < 10 ? "%.1f %s" : "%.0f %s", value, UNITS[unit]);
  }
}
