/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.batch;

import ij.ImagePlus;
import ij.io.FileInfo;
import ij.io.FileSaver;
import ij.io.TiffDecoder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sc.fiji.latentdiffusion.images.exchange.SavedPicture;

/** The format of the results. */
enum ResultFormat {

  /** Of ImageJ, with the Info. */
  TIFF(".tif") {

    @Override
    void check(ImagePlus image) {}

    @Override
    void write(ImagePlus image, Path file) throws IOException {
      byte[] bytes = image.getSizeInBytes() < MOST_BYTES ? new FileSaver(image).serialize() : null;
      if (bytes != null) {
        Files.write(file, bytes);
      } else if (!new FileSaver(image).saveAsTiff(file.toString())) {
        throw new IOException(file + " can't be written.");
      }
    }

    @Override
    String wholeInfo(Path file) throws IOException {
      String folder = file.getParent() + File.separator;
      FileInfo[] parts = new TiffDecoder(folder, file.getFileName().toString()).getTiffInfo();
      boolean isWhole = parts != null && parts[0].info != null && holdsAllPixels(parts, file);
      return isWhole ? parts[0].info : "";
    }
  },

  /** As <i>Save Picture</i> writes it, with the Info and the texts that other programs read. */
  PNG(".png") {

    @Override
    void check(ImagePlus image) {
      if (image.getStackSize() > 1) {
        throw new IllegalArgumentException(
            String.format(
                "format=png needs a result of one slice, but this one is a stack of %d. Give"
                    + " format=tiff, or slices=current in the line.",
                image.getStackSize()));
      }
      SavedPicture.check(image);
    }

    @Override
    void write(ImagePlus image, Path file) throws IOException {
      SavedPicture.write(image, file);
    }

    @Override
    String wholeInfo(Path file) throws IOException {
      return SavedPicture.wholeInfo(file);
    }
  };

  /** Larger images are not encoded in memory. */
  private static final double MOST_BYTES = 1e9;

  private final String ending;

  ResultFormat(String ending) {
    this.ending = ending;
  }

  /**
   * Returns a format by its name in macros.
   *
   * @throws IllegalArgumentException if there is none
   */
  static ResultFormat of(String name) {
    for (ResultFormat format : values()) {
      if (format.name().toLowerCase(Locale.ROOT).equals(name)) return format;
    }
    throw new IllegalArgumentException(
        String.format(
            "format must be one of %s, but is \"%s\".",
            Stream.of(values())
                .map(format -> format.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", ")),
            name));
  }

  /** Returns the ending of its files, with the dot. */
  String ending() {
    return ending;
  }

  /**
   * Checks that the format can hold an image.
   *
   * @throws IllegalArgumentException if not, saying what to do
   */
  abstract void check(ImagePlus image);

  /**
   * Writes an image.
   *
   * @throws IOException if it can't be written
   */
  abstract void write(ImagePlus image, Path file) throws IOException;

  /**
   * Returns the Info of a file.
   *
   * @return empty if the file does not hold all of its pixels, or no Info
   * @throws IOException if the file can't be read or is damaged
   */
  abstract String wholeInfo(Path file) throws IOException;

  private static boolean holdsAllPixels(FileInfo[] parts, Path file) throws IOException {
    FileInfo last = parts[parts.length - 1];
    long image = (long) last.width * last.height * last.getBytesPerPixel();
    long count = Math.max(1, last.nImages);
    long end = last.getOffset() + count * image + (count - 1) * last.getGap();
    return end <= Files.size(file);
  }
}
