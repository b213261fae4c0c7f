/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.engine;

import ai.djl.util.Platform;
import ai.djl.util.Utils;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * PyTorch's native library. Where none for this platform lies beside the plugin, DJL would download
 * it at once; here it does so only if that was allowed.
 */
public final class NativeLibrary {

  /** The system property that, with {@code true}, allows to download the library. */
  public static final String DOWNLOAD_PROPERTY = "latentdiffusion.download";

  /** Says that the library is unpacked. */
  public static final String UNPACKING = "Unpacking PyTorch, once on this computer";

  /** Describes the library that lies beside the plugin. */
  static final String RESOURCE = "native/lib/pytorch.properties";

  private NativeLibrary() {}

  /**
   * Whether something would have to be downloaded. Nothing is loaded.
   *
   * @param device auto, cpu or gpu
   */
  public static boolean isMissing(String device) {
    return isMissing(device, Cuda.found());
  }

  private static boolean isMissing(String device, Cuda cuda) {
    if (Utils.getEnvOrSystemProperty("PYTORCH_LIBRARY_PATH") != null) return false;
    return !isThere() || cuda.isMissing(device);
  }

  private static boolean isThere() {
    return isOnTheClassPath() || isDownloaded("");
  }

  /**
   * Whether DJL has yet to unpack the library that lies beside the plugin, which takes seconds,
   * once on a computer.
   */
  public static boolean mustBeUnpacked() {
    return Utils.getEnvOrSystemProperty("PYTORCH_LIBRARY_PATH") == null
        && !isDownloaded("")
        && isOnTheClassPath();
  }

  /** Allows the download for the life of the program. */
  public static void allowDownload() {
    System.setProperty(DOWNLOAD_PROPERTY, "true");
  }

  /** Describes the download: library, size and folder. */
  public static String description() {
    return isThere()
        ? String.format(
            "PyTorch's library for NVIDIA cards is not installed. DJL can download it from its own"
                + " site into %s: several GB.",
            folder())
        : String.format(
            "PyTorch's native library for this platform (%s) is not installed. DJL can download it"
                + " from its own site into %s: more than 100 MB, or several GB with CUDA where it"
                + " finds an NVIDIA card.",
            classifier(), folder());
  }

  /**
   * Checks that no download is needed, or that it is allowed.
   *
   * @param device auto, cpu or gpu
   * @return the class loader by which DJL should look for the library
   * @throws IllegalArgumentException saying what to do
   */
  static ClassLoader require(String device) {
    boolean mayDownload = Boolean.getBoolean(DOWNLOAD_PROPERTY);
    Cuda cuda = Cuda.found();
    if (!mayDownload && isMissing(device, cuda)) {
      throw new IllegalArgumentException(
          description()
              + " To allow that, run a command from the menu, which asks, or start Java with -D"
              + DOWNLOAD_PROPERTY
              + (isThere()
                  ? "=true; or choose device=auto or device=cpu."
                  : "=true; or install the archive of the plugin that is made for this platform."));
    }
    return cuda.loader(NativeLibrary.class.getClassLoader(), device, mayDownload);
  }

  /**
   * Checks, after PyTorch could not be loaded, that it was not for want of its library.
   *
   * @param device auto, cpu or gpu
   * @param failure of loading
   * @throws UncheckedIOException saying what to do, if the download failed
   */
  static void requireDownloaded(String device, Throwable failure) {
    if (isMissing(device)) {
      String message =
          String.format(
              "PyTorch's native library for this platform (%s) could not be downloaded into %s"
                  + " (%s). Look after the network and restart ImageJ; or install the archive of"
                  + " the plugin that is made for this platform.",
              classifier(), folder(), root(failure));
      throw new UncheckedIOException(new IOException(message, failure));
    }
  }

  private static Throwable root(Throwable failure) {
    return failure.getCause() == null ? failure : root(failure.getCause());
  }

  private static String classifier() {
    return Platform.fromSystem("pytorch").getClassifier();
  }

  private static Path folder() {
    return Utils.getEngineCacheDir("pytorch");
  }

  private static boolean isOnTheClassPath() {
    try {
      for (URL url :
          Collections.list(NativeLibrary.class.getClassLoader().getResources(RESOURCE))) {
        if (classifier().equals(classifierOf(url))) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String classifierOf(URL url) throws IOException {
    try (InputStream stream = url.openStream()) {
      Properties properties = new Properties();
      properties.load(stream);
      return properties.getProperty("classifier");
    }
  }

  /**
   * DJL's folders are named by version, flavour and classifier.
   *
   * @param flavour the beginning of the flavour, after a hyphen; empty for any
   */
  static boolean isDownloaded(String flavour) {
    String library = System.mapLibraryName("torch");
    if (!Files.isDirectory(folder())) {
      return false;
    }
    try (Stream<Path> versions = Files.list(folder())) {
      return versions
          .filter(version -> version.getFileName().toString().contains(flavour))
          .filter(version -> version.getFileName().toString().endsWith(classifier()))
          .anyMatch(version -> Files.exists(version.resolve(library)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
