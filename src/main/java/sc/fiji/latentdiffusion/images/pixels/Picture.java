package sc.fiji.latentdiffusion.images.pixels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ij.ImagePlus;
import ij.process.ColorProcessor;
import ij.process.ImageProcessor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import net.imglib2.Interval;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.loops.LoopBuilder;
import net.imglib2.type.numeric.ARGBType;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

/**
 * A region of an ImageJ image as a model's picture, channels of −1…1 – mostly three –, and a
 * selection in it that the model's result replaces.
 *
 * <p>Each colour is a grey image through its {@link Intensity}, or a channel of an RGB image, or
 * missing, which the model sees black. On the way back a grey image takes the mean of the colours
 * that it stands for (all three, if it is alone) through the same map. Values of 8 and 16 bit are
 * rounded, halves to even, and clamped to the type's range; 32-bit values are kept as they are. A
 * 32-bit value survives the way there and back within 2<sup>−23</sup> of the range, all others
 * exactly.
 */
public final class Picture {

  private final ColorProcessor rgb;
  private final ImageProcessor[] colours;
  private final Intensity[] maps;
  private final Selection selection;
  private final Region region;
  private long clamped;

  private Picture(
      ColorProcessor rgb,
      ImageProcessor[] colours,
      Intensity[] maps,
      Selection selection,
      Region region) {
    this.rgb = rgb;
    this.colours = colours;
    this.maps = maps;
    this.selection = selection;
    this.region = region;
  }

  /**
   * A region of an RGB image; {@link #replace} writes into its pixels.
   *
   * @param maps the maps of red, green and blue
   * @param selection the pixels that are replaced
   * @param region the pixels that the model sees
   */
  Picture(ColorProcessor rgb, Intensity[] maps, Selection selection, Region region) {
    this(rgb, null, maps.clone(), selection, region);
  }

  /**
   * A region of the images that are the channels, of three red, green and blue; {@link #replace}
   * writes into their pixels.
   *
   * @param colours images of 8, 16 or 32 bit; null for a missing colour
   * @param maps the maps of their values
   * @param selection the pixels that are replaced
   * @param region the pixels that the model sees
   */
  public Picture(ImageProcessor[] colours, Intensity[] maps, Selection selection, Region region) {
    this(null, colours.clone(), maps.clone(), selection, region);
  }

  /**
   * Returns a region of a processor that the model sees and replaces entirely, greys by their
   * display range.
   *
   * @param pixels of 8, 16 or 32 bit, or RGB
   * @param region inside them
   */
  static Picture of(ImageProcessor pixels, Region region) {
    Selection all = Selection.all(region);
    if (pixels instanceof ColorProcessor rgb) {
      Intensity[] maps = {Intensity.RGB, Intensity.RGB, Intensity.RGB};
      return new Picture(rgb, maps, all, region);
    }
    Intensity map = Intensity.of(pixels);
    ImageProcessor[] colours = {pixels, pixels, pixels};
    return new Picture(colours, new Intensity[] {map, map, map}, all, region);
  }

  /** Returns a black RGB picture, opaque, to be replaced. */
  static Picture blank(int width, int height) {
    int[] black = new int[Math.multiplyExact(width, height)];
    Arrays.fill(black, 0xff000000);
    return of(new ColorProcessor(width, height, black), new Region(0, 0, width, height));
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

  /** Returns the RGB image that {@link #replace} writes into, or null. */
  ColorProcessor rgb() {
    return rgb;
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
      } else if (rgb == null && colours[c] == null) {
        target.forEach(x -> x.set(-1));
      } else {
        map(channel(c), maps[c], padded, target);
      }
    }
  }

  /** Returns the first colour that is the same image. */
  public int first(int c) {
    int first = c;
    for (int i = c - 1; i >= 0; i--) {
      first = rgb == null && colours[i] == colours[c] ? i : first;
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

  private RandomAccessibleInterval<? extends RealType<?>> channel(int c) {
    return rgb == null ? Pixels.grey(colours[c]) : Pixels.channel(rgb, c);
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
    if (rgb != null) {
      toColours(channels, Pixels.argb(rgb));
      return;
    }
    for (int c = 0; c < count(); c++) {
      if (first(c) != c || colours[c] == null) continue;
      if (count() == 3) toGreys(channels, c, Pixels.grey(colours[c]));
      else toGrey(channels.get(c), c, Pixels.grey(colours[c]));
    }
  }

  private void toColours(
      List<RandomAccessibleInterval<FloatType>> channels, RandomAccessibleInterval<ARGBType> argb) {
    LoopBuilder.setImages(
            channels.get(0), channels.get(1), channels.get(2), weights(), inRegion(argb))
        .forEachPixel(
            (r, g, b, w, value) -> {
              if (w.get() > 0) {
                float red = maps[0].inRgb(r.get());
                float green = maps[1].inRgb(g.get());
                float blue = maps[2].inRgb(b.get());
                count(red);
                count(green);
                count(blue);
                value.set(Blend.rgb(red, green, blue, value.get(), w.get()));
              }
            });
  }

  private void count(float colour) {
    if (Blend.COLOUR.isClamped(Intensity.RGB.toValue(colour))) clamped++;
  }

  private <T extends RealType<?>> void toGreys(
      List<RandomAccessibleInterval<FloatType>> channels,
      int c,
      RandomAccessibleInterval<T> greys) {
    Blend blend = Blend.in(colours[c]);
    float[] parts = {part(c, 0), part(c, 1), part(c, 2)};
    int count = (int) (parts[0] + parts[1] + parts[2]);
    LoopBuilder.setImages(
            channels.get(0), channels.get(1), channels.get(2), weights(), inRegion(greys))
        .forEachPixel(
            (r, g, b, w, value) -> {
              if (w.get() > 0) {
                double sum = (double) parts[0] * r.get() + parts[1] * g.get() + parts[2] * b.get();
                double made = maps[c].toValue(sum / count);
                if (blend.isClamped(made)) clamped++;
                value.setReal(blend.grey(made, value.getRealDouble(), w.get()));
              }
            });
  }

  /** Each of other than three channels is an image of its own. */
  private <T extends RealType<?>> void toGrey(
      RandomAccessibleInterval<FloatType> channel, int c, RandomAccessibleInterval<T> greys) {
    Blend blend = Blend.in(colours[c]);
    LoopBuilder.setImages(channel, weights(), inRegion(greys))
        .forEachPixel(
            (x, w, value) -> {
              if (w.get() > 0) {
                double made = maps[c].toValue(x.get());
                if (blend.isClamped(made)) clamped++;
                value.setReal(blend.grey(made, value.getRealDouble(), w.get()));
              }
            });
  }

  /** Returns the type to which values are rounded, 8-bit, 16-bit or RGB; empty for 32 bit. */
  Optional<String> rounded() {
    if (rgb != null) return Optional.of("RGB");
    return Arrays.stream(colours)
        .filter(colour -> colour != null && colour.getBitDepth() < 32)
        .map(colour -> colour.getBitDepth() + "-bit")
        .findFirst();
  }

  /** Returns how many values were replaced by the least or the largest one of the type. */
  long clamped() {
    return clamped;
  }

  /** Returns 1 if two colours are the same image, else 0. */
  private float part(int c, int other) {
    return isSame(c, other) ? 1 : 0;
  }

  /** Returns whether two colours are the same image. */
  public boolean isSame(int c, int other) {
    return rgb == null ? colours[other] == colours[c] : other == c;
  }

  /** Returns whether a colour is missing, black to the model. */
  public boolean isMissing(int c) {
    return rgb == null && colours[c] == null;
  }

  /** Returns the map of a colour's values. */
  public Intensity map(int c) {
    return maps[c];
  }

  /** Returns the stored values of a colour in the region, rows first. */
  public double[] values(int c) {
    double[] values = new double[region.width() * region.height()];
    int i = 0;
    for (RealType<?> value : Views.flatIterable(inRegion(channel(c)))) {
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
