/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.results;

import ai.djl.engine.Engine;
import ij.IJ;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.scijava.util.VersionUtils;

/**
 * The versions of all software that computes, and the machine. Equal versions on equal machines
 * give equal bits.
 */
public final class Versions {

  private static final Path CPUS = Path.of("/proc/cpuinfo");

  private Versions() {}

  /** Returns versions by name, in the order of the Info. */
  public static Map<String, String> all() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("plugin", plugin());
    all.put("djl", djl());
    all.put("pytorch", Engine.getInstance().getVersion());
    all.put("imagej", IJ.getFullVersion());
    all.put("java", property("java.version") + " " + property("java.vendor"));
    all.put("os", property("os.name") + " " + property("os.version") + " " + property("os.arch"));
    all.put("cpu", cpu());
    all.put("threads", String.valueOf(Runtime.getRuntime().availableProcessors()));
    return all;
  }

  /** Returns the version of DJL; PyTorch is not loaded for it. */
  public static String djl() {
    return Engine.getDjlVersion();
  }

  /** Returns the version of this plugin, from the jar or from the pom.xml beside it. */
  public static String plugin() {
    String version = VersionUtils.getVersion(Versions.class);
    return version == null || version.isBlank() ? "unpackaged" : version;
  }

  private static String property(String key) {
    return System.getProperty(key);
  }

  /** Returns the processor's name, which Linux has in a file and Windows in the environment. */
  public static String cpu() {
    if (!Files.isReadable(CPUS)) {
      return System.getenv().getOrDefault("PROCESSOR_IDENTIFIER", property("os.arch"));
    }
    try {
      return Files.readString(CPUS) // not Files.lines: an interrupt would end it
          .lines()
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).trim())
          .orElse(property("os.arch"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
