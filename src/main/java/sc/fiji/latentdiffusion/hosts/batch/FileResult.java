/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.batch;

import ij.ImagePlus;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.keys.MacroCall;

/**
 * The result of a file: a file that is whole or not there, as it is written under another name and
 * renamed. Its Info names all that made it.
 *
 * @param file of the result
 * @param format of the file
 * @param origin the lines of the Info that another run must have, too, to have made the same
 */
record FileResult(Path file, ResultFormat format, Map<String, ?> origin) {

  private Info info() {
    Info info = new Info(MacroCall.NONE);
    origin.forEach(info::put);
    return info;
  }

  /** Returns whether the file is there, whole, and was made of the same. */
  boolean isWhole() {
    if (!Files.isRegularFile(file)) return false;
    try {
      Set<String> lines = format.wholeInfo(file).lines().collect(Collectors.toSet());
      return info().toString().lines().allMatch(lines::contains);
    } catch (IOException | RuntimeException e) {
      return false; // damaged: it is made again
    }
  }

  /**
   * Writes an image.
   *
   * @throws DiskFull if it has no room
   * @throws IOException if it can't be written
   */
  void write(ImagePlus image) throws IOException {
    info().applyTo(image);
    write(image, file, format);
  }

  /** Writes further images of the run beside it, {@code NAME – title.tif}. */
  void writeFurther(Map<String, ImagePlus> images) throws IOException {
    for (ImagePlus image : images.values()) {
      String title = image.getTitle().replaceAll("[\\\\/:*?\"<>|]", "_");
      write(
          image,
          file.resolveSibling(BatchFile.stem(file) + " – " + title + ".tif"),
          ResultFormat.TIFF);
    }
  }

  private static void write(ImagePlus image, Path file, ResultFormat format) throws IOException {
    Files.createDirectories(file.getParent());
    Path part = file.resolveSibling("." + BatchFile.stem(file) + ".part");
    try {
      format.write(image, part);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(part);
      requireRoom(image, file, e);
      throw e;
    }
  }

  private static void requireRoom(ImagePlus image, Path file, IOException e) throws DiskFull {
    try {
      FileStore disk = Files.getFileStore(file.getParent());
      double needed = image.getSizeInBytes();
      if (disk.getUsableSpace() < needed) throw new DiskFull(file, needed, disk, e);
    } catch (IOException unknown) {
      if (unknown instanceof DiskFull full) throw full;
      e.addSuppressed(unknown);
    }
  }

  /** No room for a result: no further one would have any. */
  static final class DiskFull extends IOException {

    private static final long serialVersionUID = 1;

    private DiskFull(Path file, double needed, FileStore disk, IOException cause)
        throws IOException {
      super(
          String.format(
              "%s needs %.1f MB, but its disk has %.1f MB left. Free some, and run the same again:"
                  + " results that are whole are skipped.",
              file, needed / 1e6, disk.getUsableSpace() / 1e6),
          cause);
    }
  }
}
