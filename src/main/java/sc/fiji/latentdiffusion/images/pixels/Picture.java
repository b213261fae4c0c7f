/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.pixels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ij.ImagePlus;
import ij.process.ColorProcessor;
import ij.process.ImageProcessor;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import net.imglib2.Interval;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.loops.LoopBuilder;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

/**
 * A region of an image as a model's picture, channels of −1…1 – mostly three –, and a selection in
 * it that the model's result replaces.
 *
 * <p>Each colour is a plane of the image through its {@link Intensity}, or missing, which the model
 * sees black; colours may be the same plane. On the way back a plane takes the mean of the colours
 * that it stands for (all three, for a grey image alone) through the same map, see {@link Blend}. A
 * 32-bit value survives the way there and back within 2<sup>−23</sup> of the range, all others
 * exactly.
 */
public final class Picture {

  private final Plane[] planes;
  private final Intensity[] maps;
  private final Selection selection;
  private final Region region;
  private long clamped;

  /**
   * A region of planes; {@link #replace} writes into them.
   *
   * @param planes the channels, of three red, green and blue; null for a missing one
   * @param maps the maps of their values
   * @param selection the pixels that are replaced
   * @param region the pixels that the model sees
   */
  public Picture(Plane[] planes, Intensity[] maps, Selection selection, Region region) {
    this.planes = planes.clone();
    this.maps = maps.clone();
    this.selection = selection;
    this.region = region;
  }

  /** A region of grey images that are the channels, see {@link Plane}. */
  public Picture(ImageProcessor[] colours, Intensity[] maps, Selection selection, Region region) {
    this(Plane.of(colours), maps, selection, region);
  }

  /**
   * Returns a region of a processor that the model sees and replaces entirely, greys by their
   * display range.
   *
   * @param pixels of 8, 16 or 32 bit, or RGB
   * @param region inside them
   */
  static Picture of(ImageProcessor pixels, Region region) {
    Intensity map = Intensity.of(pixels);
    Plane[] planes =
        pixels instanceof ColorProcessor rgb
            ? Plane.of(rgb)
            : Plane.of(new ImageProcessor[] {pixels, pixels, pixels});
    return new Picture(planes, new Intensity[] {map, map, map}, Selection.all(region), region);
  }

  /**
   * Checks that an image is of a supported type: 8, 16 or 32 bit, or RGB, with any number of
   * channels, slices and frames.
   *
   * @throws IllegalArgumentException if not; the message says what to do
   */
  public static void check(ImagePlus imp) {
    if (imp == null || imp.getProcessor() == null) { // or closed
      throw new IllegalArgumentException(
          "Expected an image, but none is open. Open an image first (File ▸ Open…).");
    }
    if (imp.getType() == ImagePlus.COLOR_256) {
      throw refused(
          "indexed 8-bit colour in \""
              + imp.getTitle()
              + "\". Make it RGB (Image ▸ Type ▸ RGB Color)");
    }
  }

  private static IllegalArgumentException refused(String found) {
    return new IllegalArgumentException(
        "Expected an image of 8, 16 or 32 bit, or RGB, but found " + found + ".");
  }

  /** Returns the number of channels. */
  public int count() {
    return maps.length;
  }

  /** Returns the pixels that the model sees. */
  public Region region() {
    return region;
  }

  /**
   * Returns the region as a tensor. Its right and bottom are extended to multiples of the factor,
   * mirrored about the edge of the last pixels.
   *
   * @param manager owns the tensor
   * @param factor of the sizes, 8 for Stable Diffusion
   * @return [1, channels, height, width], float32, −1…1
   * @throws IllegalArgumentException if the region has more pixels than a tensor can hold
   */
  public NDArray tensor(NDManager manager, int factor) {
    region.requireReadable();
    Region padded = region.padded(factor);
    return Tensors.create(
        manager, count(), padded.height(), padded.width(), image -> fill(image, padded.interval()));
  }

  private void fill(RandomAccessibleInterval<FloatType> image, Interval padded) {
    for (int c = 0; c < count(); c++) {
      RandomAccessibleInterval<FloatType> target = Views.hyperSlice(image, 2, c);
      int first = first(c);
      if (first < c) {
        LoopBuilder.setImages(Views.hyperSlice(image, 2, first), target)
            .forEachPixel((same, x) -> x.set(same));
      } else if (isMissing(c)) {
        target.forEach(x -> x.set(-1));
      } else {
        map(planes[c].values(), maps[c], padded, target);
      }
    }
  }

  /** Returns the first colour that is the same plane. */
  public int first(int c) {
    int first = c;
    for (int i = c - 1; i >= 0; i--) {
      first = planes[i] == planes[c] ? i : first;
    }
    return first;
  }

  private <T extends RealType<?>> void map(
      RandomAccessibleInterval<T> channel,
      Intensity intensity,
      Interval padded,
      RandomAccessibleInterval<FloatType> target) {
    LoopBuilder.setImages(mirrored(channel, region.interval(), padded), target)
        .forEachPixel((value, x) -> x.set(intensity.toModel(value.getRealDouble())));
  }

  private static <T> RandomAccessibleInterval<T> mirrored(
      RandomAccessibleInterval<T> image, Interval region, Interval padded) {
    return Views.zeroMin(
        Views.interval(Views.extendMirrorDouble(Views.interval(image, region)), padded));
  }

  /**
   * Replaces the selection by a model's picture of the region, in a feathered edge in part. No
   * other pixel is touched. A NaN is replaced entirely.
   *
   * @param decoded [1, channels, height, width], float32, about −1…1, at least as large as the
   *     region; the rest at its right and bottom is left out
   */
  public void replace(NDArray decoded) {
    RandomAccessibleInterval<FloatType> image = Tensors.image(decoded);
    RandomAccessibleInterval<FloatType> inside =
        Views.interval(
            image, new long[3], new long[] {region.width() - 1, region.height() - 1, count() - 1});
    List<RandomAccessibleInterval<FloatType>> channels =
        IntStream.range(0, count())
            .<RandomAccessibleInterval<FloatType>>mapToObj(c -> Views.hyperSlice(inside, 2, c))
            .toList();
    for (int c = 0; c < count(); c++) {
      if (first(c) != c || isMissing(c)) continue;
      if (count() == 3) toPlane(channels, c, planes[c].values());
      else toPlane(channels.get(c), c, planes[c].values());
    }
  }

  /** Writes into a plane the mean of the colours, of three, that it stands for. */
  private <T extends RealType<?>> void toPlane(
      List<RandomAccessibleInterval<FloatType>> channels,
      int c,
      RandomAccessibleInterval<T> values) {
    float[] parts = {part(c, 0), part(c, 1), part(c, 2)};
    int count = (int) (parts[0] + parts[1] + parts[2]);
    LoopBuilder.setImages(
            channels.get(0), channels.get(1), channels.get(2), weights(), inRegion(values))
        .forEachPixel(
            (r, g, b, w, value) -> {
              double sum = (double) parts[0] * r.get() + parts[1] * g.get() + parts[2] * b.get();
              blend(sum / count, c, w.get(), value);
            });
  }

  /** Writes a channel into a plane of its own. */
  private <T extends RealType<?>> void toPlane(
      RandomAccessibleInterval<FloatType> channel, int c, RandomAccessibleInterval<T> values) {
    LoopBuilder.setImages(channel, weights(), inRegion(values))
        .forEachPixel((x, w, value) -> blend(x.get(), c, w.get(), value));
  }

  private void blend(double x, int c, float weight, RealType<?> value) {
    if (weight <= 0) return;
    Blend blend = planes[c].blend();
    if (blend.isClamped(x, maps[c])) clamped++;
    value.setReal(blend.blended(x, maps[c], value.getRealDouble(), weight));
  }

  /** Returns the type to which values are rounded, 8-bit, 16-bit or RGB; empty for 32 bit. */
  Optional<String> rounded() {
    return Arrays.stream(planes)
        .filter(Objects::nonNull)
        .flatMap(plane -> plane.blend().type().stream())
        .findFirst();
  }

  /** Returns how many values were replaced by the least or the largest one of the type. */
  long clamped() {
    return clamped;
  }

  /** Returns 1 if two colours are the same plane, else 0. */
  private float part(int c, int other) {
    return isSame(c, other) ? 1 : 0;
  }

  /** Returns whether two colours are the same plane. */
  public boolean isSame(int c, int other) {
    return planes[other] == planes[c];
  }

  /** Returns whether a colour is missing, black to the model. */
  public boolean isMissing(int c) {
    return planes[c] == null;
  }

  /** Returns the map of a colour's values. */
  public Intensity map(int c) {
    return maps[c];
  }

  /** Returns the stored values of a colour in the region, rows first. */
  public double[] values(int c) {
    double[] values = new double[region.width() * region.height()];
    int i = 0;
    for (RealType<?> value : Views.flatIterable(inRegion(planes[c].values()))) {
      values[i++] = value.getRealDouble();
    }
    return values;
  }

  /** Returns the finite values of a colour that the model sees and that do not change. */
  double[] valuesAround(int c) {
    double[] values = values(c);
    return IntStream.range(0, values.length)
        .filter(i -> !isSelected(i) && Double.isFinite(values[i]))
        .mapToDouble(i -> values[i])
        .toArray();
  }

  /** Returns whether the model sees pixels that do not change. */
  boolean hasSurroundings() {
    return !IntStream.range(0, region.width() * region.height()).allMatch(this::isSelected);
  }

  /** Returns whether a pixel of the region, rows first, changes at all. */
  boolean isSelected(int pixel) {
    int x = region.x() + pixel % region.width();
    return selection.weight(x, region.y() + pixel / region.width()) > 0;
  }

  private RandomAccessibleInterval<FloatType> weights() {
    return selection.weights(region);
  }

  private <T> RandomAccessibleInterval<T> inRegion(RandomAccessibleInterval<T> image) {
    return Views.zeroMin(Views.interval(image, region.interval()));
  }
}
