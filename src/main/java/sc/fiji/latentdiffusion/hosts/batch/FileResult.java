package sc.fiji.latentdiffusion.hosts.batch;

import ij.ImagePlus;
import ij.io.FileInfo;
import ij.io.FileSaver;
import ij.io.TiffDecoder;
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
 * The result of a file: a TIFF file that is whole or not there, as it is written under another name
 * and renamed. Its Info names all that made it.
 *
 * @param file of the result
 * @param origin the lines of the Info that another run must have, too, to have made the same
 */
record FileResult(Path file, Map<String, ?> origin) {

  /** Larger images are not encoded in memory. */
  private static final double MOST_BYTES = 1e9;

  private Info info() {
    Info info = new Info(MacroCall.NONE);
    origin.forEach(info::put);
    return info;
  }

  /** Returns whether the file is there, whole, and was made of the same. */
  boolean isWhole() {
    if (!Files.isRegularFile(file)) return false;
    try {
      String folder = file.getParent() + java.io.File.separator;
      FileInfo[] parts = new TiffDecoder(folder, file.getFileName().toString()).getTiffInfo();
      if (parts == null || parts[0].info == null) return false;
      Set<String> lines = parts[0].info.lines().collect(Collectors.toSet());
      return holdsAllPixels(parts) && info().toString().lines().allMatch(lines::contains);
    } catch (IOException | RuntimeException e) {
      return false; // damaged: it is made again
    }
  }

  private boolean holdsAllPixels(FileInfo[] parts) throws IOException {
    FileInfo last = parts[parts.length - 1];
    long image = (long) last.width * last.height * last.getBytesPerPixel();
    long count = Math.max(1, last.nImages);
    long end = last.getOffset() + count * image + (count - 1) * last.getGap();
    return end <= Files.size(file);
  }

  /**
   * Writes an image.
   *
   * @throws DiskFull if it has no room
   * @throws IOException if it can't be written
   */
  void write(ImagePlus image) throws IOException {
    info().applyTo(image);
    write(image, file);
  }

  /** Writes further images of the run beside it, {@code NAME – title.tif}. */
  void writeFurther(Map<String, ImagePlus> images) throws IOException {
    for (ImagePlus image : images.values()) {
      String title = image.getTitle().replaceAll("[\\\\/:*?\"<>|]", "_");
      write(image, file.resolveSibling(BatchFile.stem(file) + " – " + title + ".tif"));
    }
  }

  private static void write(ImagePlus image, Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Path part = file.resolveSibling("." + BatchFile.stem(file) + ".part");
    try {
      writeAll(image, part);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(part);
      requireRoom(image, file, e);
      throw e;
    }
  }

  private static void writeAll(ImagePlus image, Path part) throws IOException {
    byte[] bytes = image.getSizeInBytes() < MOST_BYTES ? new FileSaver(image).serialize() : null;
    if (bytes != null) {
      Files.write(part, bytes);
    } else if (!new FileSaver(image).saveAsTiff(part.toString())) {
      throw new IOException(part + " can't be written.");
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
