package sc.fiji.latentdiffusion.images.pixels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ij.process.ColorProcessor;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import java.util.Arrays;
import net.imglib2.Cursor;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;
import sc.fiji.latentdiffusion.images.results.LatentColours;
import sc.fiji.latentdiffusion.images.results.Preview;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;

/**
 * What of an image the model sees: a region around the selection, as large as it is in the image
 * (continued by mirroring to the next multiple of the factor), or resampled to another size.
 */
public final class ModelView {

  private final LatentDiffusion model;
  private final Region seen;
  private final int width;
  private final int height;

  private ModelView(LatentDiffusion model, Region seen, int width, int height) {
    this.model = model;
    this.seen = seen;
    this.width = width;
    this.height = height;
  }

  /** A region as large as it is. */
  public static ModelView of(LatentDiffusion model, Region region) {
    return new ModelView(model, region, region.width(), region.height());
  }

  /** A region in the size at which the model works on it. */
  public static ModelView of(LatentDiffusion model, Region seen, RegionOptions focus) {
    Region worked = worked(seen, focus, model.nativeSize(), model.factor());
    return new ModelView(model, seen, worked.width(), worked.height());
  }

  /** A region in the size at which a model works on it. */
  public static Region worked(Region seen, RegionOptions focus, int nativeSize, int factor) {
    if (!focus.scale()) {
      return seen;
    }
    double scale = (double) nativeSize / Math.max(seen.width(), seen.height());
    int width = multiple(factor, seen.width() * scale);
    return new Region(0, 0, width, multiple(factor, seen.height() * scale));
  }

  private static int multiple(int factor, double size) {
    return (int) Math.max(1, Math.round(size / factor)) * factor;
  }

  /** The region of the image. */
  public Region seen() {
    return seen;
  }

  private boolean isScaled() {
    return width != seen.width() || height != seen.height();
  }

  /** The width and height of what the model works on, multiples of the factor. */
  public Region padded() {
    return new Region(0, 0, width, height).padded(model.factor());
  }

  /** Where the region lies that is seen of an image at a place. */
  public Calibrated place(Calibrated image) {
    return image.of(seen);
  }

  /** Where the latents of the region lie. */
  public Calibrated latentsPlace(Calibrated image) {
    return place(image).scaled(horizontalFactor(), verticalFactor());
  }

  /** Pixels of the image in the width of one latent pixel. */
  private double horizontalFactor() {
    return (double) model.factor() * seen.width() / width;
  }

  /** Pixels of the image in the height of one latent pixel. */
  private double verticalFactor() {
    return (double) model.factor() * seen.height() / height;
  }

  /**
   * The picture as the model sees it.
   *
   * @return [1, 3, h, w], −1…1, h and w multiples of the factor
   */
  public NDArray tensor(Picture picture, NDManager manager) {
    if (!isScaled()) {
      return picture.tensor(manager, model.factor());
    }
    try (NDArray whole = picture.tensor(manager, 1);
        NDArray resized = model.resized(whole, width, height)) {
      return resized.clip(-1, 1);
    }
  }

  /**
   * Another picture, resampled to the size at which the model sees this one, and mirrored alike.
   *
   * @return [1, 3, h, w], −1…1, of the size of {@link #padded}
   */
  public NDArray fitted(Picture other, NDManager manager) {
    try (NDArray whole = other.tensor(manager, 1);
        NDArray resized = model.resized(whole, width, height)) {
      return copy(resized).tensor(manager, model.factor());
    }
  }

  private Picture copy(NDArray resized) {
    Intensity map = new Intensity(-1, 1);
    ImageProcessor[] colours =
        Arrays.stream(Tensors.channels(resized))
            .map(values -> new FloatProcessor(width, height, values))
            .toArray(ImageProcessor[]::new);
    Region all = new Region(0, 0, width, height);
    return new Picture(colours, new Intensity[] {map, map, map}, Selection.all(all), all);
  }

  /**
   * How much each latent pixel may change: as much as the pixel under it that may change most.
   *
   * @return [1, 1, h/f, w/f], 0…1
   */
  public NDArray mask(Selection selection, NDManager manager) {
    int factor = model.factor();
    Region latents = new Region(0, 0, padded().width() / factor, padded().height() / factor);
    return Tensors.create(
        manager, 1, latents.height(), latents.width(), image -> fill(image, selection));
  }

  private void fill(RandomAccessibleInterval<FloatType> image, Selection selection) {
    Cursor<FloatType> cell = Views.flatIterable(Views.hyperSlice(image, 2, 0)).localizingCursor();
    while (cell.hasNext()) {
      cell.fwd();
      cell.get().set(most(selection, cell.getIntPosition(0), cell.getIntPosition(1)));
    }
  }

  /** The mirrored margin does not count: nothing of it comes back. */
  private float most(Selection selection, int column, int row) {
    int left = (int) Math.floor(column * horizontalFactor());
    int top = (int) Math.floor(row * verticalFactor());
    int right = (int) Math.min(seen.width(), Math.ceil((column + 1) * horizontalFactor()));
    int bottom = (int) Math.min(seen.height(), Math.ceil((row + 1) * verticalFactor()));
    float most = 0;
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        most = Math.max(most, selection.weight(seen.x() + x, seen.y() + y));
      }
    }
    return most;
  }

  /** Puts the picture of latents where it belongs. */
  public void decode(NDArray latents, Picture target) {
    try (NDManager manager = model.manager().newSubManager()) {
      put(model.decode(latents, manager), target);
    }
  }

  /**
   * Puts a decoded picture in its place.
   *
   * @param decoded [1, 3, h, w], of the size of {@link #padded}
   */
  public void put(NDArray decoded, Picture target) {
    target.replace(isScaled() ? model.resized(decoded, seen.width(), seen.height()) : decoded);
  }

  private ColorProcessor tinyDecoded(NDArray latents) {
    Picture picture = Picture.blank(seen.width(), seen.height());
    try (NDManager manager = model.manager().newSubManager()) {
      put(model.parts().tinyDecoder().decode(latents, manager), picture);
    }
    return picture.rgb();
  }

  /** About the picture of latents, of the size of the region, by the linear map of its colours. */
  ColorProcessor sketch(NDArray latents, LatentColours colours) {
    ColorProcessor small = colours.picture(latents);
    small.setInterpolationMethod(ImageProcessor.BILINEAR);
    ImageProcessor padded = small.resize(padded().width(), padded().height());
    padded.setRoi(0, 0, width, height);
    ImageProcessor sketch = padded.crop();
    return (ColorProcessor) (isScaled() ? sketch.resize(seen.width(), seen.height()) : sketch);
  }

  /** A picture of all of an image in the colours in which the model would see it. */
  public ColorProcessor colours(Picture picture, Region image) {
    try (NDManager manager = model.manager().newSubManager()) {
      Picture canvas = Picture.blank(image.width(), image.height());
      canvas.replace(picture.tensor(manager, 1));
      return canvas.rgb();
    }
  }

  /** What a run believes to see at a step, not made before it is wanted. */
  public Preview preview(NDArray predOriginalSample) {
    return new Preview() {
      @Override
      public ColorProcessor linear() {
        return LatentColours.of(model.declaration().latents())
            .map(colours -> sketch(predOriginalSample, colours))
            .orElseGet(this::decoded);
      }

      @Override
      public ColorProcessor tiny() {
        return tinyDecoded(predOriginalSample);
      }

      @Override
      public ColorProcessor decoded() {
        return decode(predOriginalSample);
      }
    };
  }

  /**
   * A decoded picture in the size of the region.
   *
   * @param decoded [1, 3, h, w], of the size of {@link #padded}
   */
  public ColorProcessor picture(NDArray decoded) {
    Picture picture = Picture.blank(seen.width(), seen.height());
    put(decoded, picture);
    return picture.rgb();
  }

  /** The picture of latents, of the size of the region. */
  public ColorProcessor decode(NDArray latents) {
    Picture picture = Picture.blank(seen.width(), seen.height());
    decode(latents, picture);
    return picture.rgb();
  }
}
