/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.batch;

import ij.ImagePlus;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.io.RoiDecoder;
import ij.plugin.filter.ThresholdToSelection;
import ij.process.ImageProcessor;
import ij.process.ImageStatistics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import sc.fiji.latentdiffusion.io.Checksum;

/** Where the selection of an image comes from. */
enum AreaSource {

  /** Nothing is selected. */
  NONE,

  /** The selection that the file holds, if it does. */
  FILE,

  /** {@code NAME.roi}, or all ROIs of {@code NAME.zip}, beside the file. */
  ROI,

  /** {@code NAME.labels.tif} beside the file: each value above 0 is an area. */
  LABELS;

  /** Labels of more values are measurements. */
  private static final int MOST_LABELS = 10000;

  /**
   * Returns a source by its name in macros.
   *
   * @throws IllegalArgumentException if there is none
   */
  static AreaSource of(String name) {
    for (AreaSource source : values()) {
      if (source.name().toLowerCase(Locale.ROOT).equals(name)) return source;
    }
    throw new IllegalArgumentException(
        String.format(
            "selection must be one of %s, but is \"%s\".",
            Stream.of(values())
                .map(s -> s.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", ")),
            name));
  }

  /**
   * Selects in an image: one area becomes its selection, several its overlay.
   *
   * @return whether there are several
   * @throws IllegalArgumentException if the file beside it is missing, or holds no area
   * @throws IOException if that file can't be read
   */
  boolean select(ImagePlus image, BatchFile file) throws IOException {
    if (this == FILE) return false;
    image.deleteRoi();
    if (this == NONE) return false;
    List<Roi> areas = this == ROI ? rois(roiFile(file)) : labels(image, labelFile(file));
    if (areas.size() == 1) {
      image.setRoi(areas.get(0));
      return false;
    }
    Overlay overlay = new Overlay();
    areas.forEach(overlay::add);
    image.setOverlay(overlay);
    return true;
  }

  /**
   * Names the source for a file: its name in macros, and the SHA-256 of the file beside it.
   *
   * @throws IllegalArgumentException if there is no such file
   * @throws IOException if it can't be read
   */
  String of(BatchFile file) throws IOException {
    String name = name().toLowerCase(Locale.ROOT);
    return switch (this) {
      case NONE, FILE -> name;
      case ROI -> name + " " + Checksum.ofContents(roiFile(file));
      case LABELS -> name + " " + Checksum.ofContents(labelFile(file));
    };
  }

  private static Path roiFile(BatchFile file) {
    Path single = file.beside(".roi");
    Path several = file.beside(".zip");
    if (Files.exists(single)) return single;
    if (Files.exists(several)) return several;
    throw new IllegalArgumentException(
        String.format(
            "selection=roi needs %s or %s beside the image, but there is neither.",
            single.getFileName(), several.getFileName()));
  }

  private static Path labelFile(BatchFile file) {
    Path path = file.beside(BatchInput.LABELS);
    if (Files.exists(path)) return path;
    throw new IllegalArgumentException(
        "selection=labels needs " + path.getFileName() + " beside the image, but there is none.");
  }

  private static List<Roi> rois(Path path) throws IOException {
    if (path.toString().endsWith(".roi")) {
      return List.of(decoded(Files.readAllBytes(path), path));
    }
    List<Roi> rois = new ArrayList<>();
    try (ZipFile zip = new ZipFile(path.toFile())) {
      for (ZipEntry entry : zip.stream().filter(e -> e.getName().endsWith(".roi")).toList()) {
        rois.add(decoded(zip.getInputStream(entry).readAllBytes(), Path.of(entry.getName())));
      }
    }
    if (!rois.isEmpty()) return rois;
    throw new IllegalArgumentException(path + " must hold ROIs, but holds none.");
  }

  private static Roi decoded(byte[] bytes, Path path) throws IOException {
    try {
      String name = String.valueOf(path.getFileName()).replaceAll("\\.roi$", "");
      Roi roi = new RoiDecoder(bytes, name).getRoi();
      if (roi != null) return roi;
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(path + " must be a ROI of ImageJ, but is not.", e);
    }
    throw new IllegalArgumentException(path + " must be a ROI of ImageJ, but is not.");
  }

  private static List<Roi> labels(ImagePlus image, Path path) {
    ImagePlus labels = InnerMacro.opened(path);
    if (labels.getType() == ImagePlus.COLOR_RGB) {
      throw new IllegalArgumentException(
          path + " must be a grey image with a value for each area, but is not.");
    }
    if (labels.getWidth() != image.getWidth() || labels.getHeight() != image.getHeight()) {
      throw new IllegalArgumentException(
          String.format(
              "%s must be as large as its image, %d × %d pixels, but has %d × %d.",
              path.getFileName(),
              image.getWidth(),
              image.getHeight(),
              labels.getWidth(),
              labels.getHeight()));
    }
    return areas(labels.getProcessor(), path);
  }

  private static List<Roi> areas(ImageProcessor labels, Path path) {
    List<Roi> areas = new ArrayList<>();
    int most = (int) ImageStatistics.getStatistics(labels).max;
    if (most > MOST_LABELS) {
      throw new IllegalArgumentException(
          String.format("%s must have values of at most %d, but has %d.", path, MOST_LABELS, most));
    }
    for (int value = 1; value <= most; value++) {
      labels.setThreshold(value, value, ImageProcessor.NO_LUT_UPDATE);
      Roi area = new ThresholdToSelection().convert(labels);
      if (area == null) continue;
      area.setName(String.valueOf(value));
      areas.add(area);
    }
    if (areas.isEmpty()) {
      throw new IllegalArgumentException(
          path + " must have values above 0, one for each area, but has none.");
    }
    return areas;
  }
}
