/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.imagej;

import ij.ImagePlus;
import ij.WindowManager;
import ij.io.Opener;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Images that the user names: open ones by their titles, files by their paths. */
public final class OpenImages {

  private OpenImages() {}

  /**
   * Finds an image.
   *
   * @param name the title of an open image, or the path of a file
   * @param kind of image, for messages: "control image"
   * @return nothing if it is neither
   * @throws IllegalArgumentException if several open images have this title, or ImageJ can't read
   *     the file
   */
  public static Optional<ImagePlus> find(String name, String kind) {
    List<ImagePlus> open = open().filter(image -> image.getTitle().equals(name)).toList();
    if (open.size() > 1) throw repeated(name, open);
    if (!open.isEmpty()) return Optional.of(open.get(0));
    return isFile(name) ? Optional.of(opened(name, kind)) : Optional.empty();
  }

  /** Returns the titles of all open images, with commas; "none" without any. */
  public static String titles() {
    String titles = open().map(ImagePlus::getTitle).collect(Collectors.joining(", "));
    return titles.isEmpty() ? "none" : titles;
  }

  private static IllegalArgumentException repeated(String title, List<ImagePlus> open) {
    return new IllegalArgumentException(
        String.format(
            "Expected one open image with the title \"%s\", but found %d: those with the IDs %s."
                + " Rename one of them (Image ▸ Rename…).",
            title,
            open.size(),
            open.stream()
                .map(image -> String.valueOf(image.getID()))
                .collect(Collectors.joining(" and "))));
  }

  private static boolean isFile(String name) {
    try {
      return Files.isRegularFile(Path.of(name));
    } catch (InvalidPathException e) {
      return false; // no file has such a name
    }
  }

  private static ImagePlus opened(String path, String kind) {
    Opener opener = new Opener();
    opener.setSilentMode(true);
    ImagePlus image = opener.openImage(path);
    if (image != null) return image;
    throw new IllegalArgumentException(
        "ImageJ can't read the "
            + kind
            + " "
            + path
            + ": expected a TIFF, PNG, JPEG, GIF, BMP, DICOM, FITS or PGM file. Open it, and name"
            + " it by its title.");
  }

  private static Stream<ImagePlus> open() {
    int[] ids = WindowManager.getIDList();
    return ids == null
        ? Stream.of()
        : IntStream.of(ids).mapToObj(WindowManager::getImage).filter(Objects::nonNull);
  }
}
