package sc.fiji.latentdiffusion.images;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ij.ImagePlus;
import ij.process.ColorProcessor;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import ij.process.ShortProcessor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.imglib2.Interval;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.loops.LoopBuilder;
import net.imglib2.type.numeric.ARGBType;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

/**
 * A region of an ImageJ image as a model sees it: three channels of −1…1.
 *
 * <p>Greys go to all three channels alike, through the map of {@link Intensity}; back comes the
 * mean of the three through the same map, for 8 and 16 bit rounded (halves to even) and clamped to
 * the type's range, for 32 bit as it is. A 32-bit value survives the way there and back within
 * 2<sup>−23</sup> of the range, all others exactly.
 */
public final class Picture {

  private final ImageProcessor pixels;
  private final Region region;
  private final Intensity intensity;

  /**
   * A region of a processor; {@link #replace} writes into its pixels.
   *
   * @param pixels of 8, 16 or 32 bit, or RGB
   * @param region inside of it
   */
  public Picture(ImageProcessor pixels, Region region) {
    this.pixels = pixels;
    this.region = region;
    this.intensity = Intensity.of(pixels);
  }

  /** A black RGB picture of a size, opaque, to be replaced. */
  static Picture blank(int width, int height) {
    int[] black = new int[Math.multiplyExact(width, height)];
    Arrays.fill(black, 0xff000000);
    return new Picture(new ColorProcessor(width, height, black), new Region(0, 0, width, height));
  }

  /**
   * Checks that an image is of a kind that can be worked on: one slice, one channel, of 8, 16 or 32
   * bit grey, or RGB.
   *
   * @throws IllegalArgumentException if not, saying what to do
   */
  public static void check(ImagePlus imp) {
    if (imp == null) {
      throw refused("there is none. Open an image first (File ▸ Open…)");
    }
    if (imp.getNChannels() > 1) {
      throw refused(
          imp.getNChannels()
              + " channels in \""
              + imp.getTitle()
              + "\"; composites come later. Make it RGB (Image ▸ Type ▸ RGB Color), or take one"
              + " channel (Image ▸ Duplicate…)");
    }
    if (imp.getStackSize() > 1) {
      throw refused(
          "a stack of "
              + imp.getStackSize()
              + " slices, \""
              + imp.getTitle()
              + "\"; whole stacks come later. Take one slice (Image ▸ Duplicate…, without"
              + " \"Duplicate stack\")");
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
        "Expected one image of 8, 16 or 32 bit grey, or RGB, but found " + found + ".");
  }

  /** The processor that {@link #replace} writes into. */
  ImageProcessor pixels() {
    return pixels;
  }

  /** The region that is seen and replaced. */
  public Region region() {
    return region;
  }

  /** The map of the values. */
  public Intensity intensity() {
    return intensity;
  }

  /**
   * The region as a tensor, at its right and bottom mirrored about the edge of its last pixels up
   * to multiples of the factor.
   *
   * @param manager that the tensor is to belong to
   * @param factor of the sizes, 8 for Stable Diffusion
   * @return [1, 3, height, width], float32, −1…1
   */
  public NDArray tensor(NDManager manager, int factor) {
    Region padded = region.padded(factor);
    return Tensors.create(
        manager, 3, padded.height(), padded.width(), image -> fill(image, padded.interval()));
  }

  private void fill(RandomAccessibleInterval<FloatType> image, Interval padded) {
    int distinct = pixels instanceof ColorProcessor ? 3 : 1;
    for (int c = 0; c < distinct; c++) {
      map(channel(c), padded, Views.hyperSlice(image, 2, c));
    }
    for (int c = distinct; c < 3; c++) {
      LoopBuilder.setImages(Views.hyperSlice(image, 2, 0), Views.hyperSlice(image, 2, c))
          .forEachPixel((first, x) -> x.set(first));
    }
  }

  private <T extends RealType<?>> void map(
      RandomAccessibleInterval<T> channel,
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
    return pixels instanceof ColorProcessor rgb ? Pixels.channel(rgb, c) : Pixels.grey(pixels);
  }

  /**
   * Replaces the region by what a model gave; no other pixel is touched.
   *
   * @param decoded [1, 3, height, width], float32, about −1…1, at least as large as the region:
   *     what is beyond its right and bottom is left out
   */
  public void replace(NDArray decoded) {
    RandomAccessibleInterval<FloatType> image = Tensors.image(decoded);
    RandomAccessibleInterval<FloatType> inside =
        Views.interval(image, new long[3], new long[] {region.width() - 1, region.height() - 1, 2});
    List<RandomAccessibleInterval<FloatType>> channels =
        IntStream.range(0, 3)
            .<RandomAccessibleInterval<FloatType>>mapToObj(c -> Views.hyperSlice(inside, 2, c))
            .toList();
    if (pixels instanceof ColorProcessor rgb) {
      toColours(channels, Pixels.argb(rgb));
    } else {
      toGreys(channels, Pixels.grey(pixels));
    }
  }

  private void toColours(
      List<RandomAccessibleInterval<FloatType>> channels, RandomAccessibleInterval<ARGBType> argb) {
    LoopBuilder.setImages(channels.get(0), channels.get(1), channels.get(2), inRegion(argb))
        .forEachPixel((r, g, b, value) -> value.set(colour(r.get(), g.get(), b.get(), value)));
  }

  private <T extends RealType<?>> void toGreys(
      List<RandomAccessibleInterval<FloatType>> channels, RandomAccessibleInterval<T> greys) {
    LoopBuilder.setImages(channels.get(0), channels.get(1), channels.get(2), inRegion(greys))
        .forEachPixel((r, g, b, value) -> value.setReal(grey(r.get(), g.get(), b.get())));
  }

  private <T> RandomAccessibleInterval<T> inRegion(RandomAccessibleInterval<T> image) {
    return Views.zeroMin(Views.interval(image, region.interval()));
  }

  /** The colour with the opacity that the pixel has. */
  private static int colour(float r, float g, float b, ARGBType before) {
    int rgb = Intensity.toByte(r) << 16 | Intensity.toByte(g) << 8 | Intensity.toByte(b);
    return before.get() & 0xff000000 | rgb;
  }

  private double grey(float r, float g, float b) {
    double value = intensity.toValue(((double) r + g + b) / 3);
    if (pixels instanceof FloatProcessor) {
      return value;
    }
    int most = pixels instanceof ShortProcessor ? 65535 : 255;
    return Math.rint(Math.min(Math.max(value, 0), most));
  }
}
