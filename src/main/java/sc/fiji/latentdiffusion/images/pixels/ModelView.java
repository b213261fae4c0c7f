/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.pixels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ij.process.ColorProcessor;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import java.util.Arrays;
import java.util.Optional;
import sc.fiji.latentdiffusion.models.AttentionProbe;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.LatentSpace;
import sc.fiji.latentdiffusion.models.Sight;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;

/**
 * The region of an image that a model sees, in the size at which it works: as large as in the image
 * and mirrored at its edges to the next multiple of the latents' factor, or resized.
 */
public final class ModelView {

  private final LatentDiffusion model;
  private final Region seen;
  private final int width;
  private final int height;
  private final int multiple;
  private final int times;

  private ModelView(
      LatentDiffusion model, Region seen, int width, int height, int multiple, int times) {
    this.model = model;
    this.seen = seen;
    this.width = width;
    this.height = height;
    this.multiple = multiple;
    this.times = times;
  }

  /** Returns a region as large as in the image. */
  public static ModelView of(LatentDiffusion model, Region region) {
    return new ModelView(model, region, region.width(), region.height(), model.multiple(), 1);
  }

  /** Returns a region that the model sees, in the size that the options ask for. */
  public static ModelView of(LatentDiffusion model, Region seen, RegionOptions options) {
    Declaration declaration = model.declaration();
    Region worked = worked(seen, options, declaration);
    return new ModelView(
        model, seen, worked.width(), worked.height(), declaration.seenMultiple(), 1);
  }

  /** Returns the region of the result: as large as what is seen, or larger. */
  public ModelView ofResult() {
    int larger = model.declaration().enlargement();
    if (larger == 1) return this;
    return new ModelView(
        model, seen.times(larger), larger * width, larger * height, larger * multiple, larger);
  }

  /** Computes the size at which a model sees a region. */
  private static Region worked(Region seen, RegionOptions options, Declaration model) {
    if (!options.scale()) {
      return seen;
    }
    double size = (double) model.nativeSize() / model.enlargement();
    double scale = size / Math.max(seen.width(), seen.height());
    int width = multiple(model.seenMultiple(), seen.width() * scale);
    return new Region(0, 0, width, multiple(model.seenMultiple(), seen.height() * scale));
  }

  /** Returns a copy of a request with the width and height of what a model makes of a region. */
  public static Request sized(
      Request request, Region seen, RegionOptions options, Declaration model) {
    Region padded = worked(seen, options, model).padded(model.seenMultiple());
    int larger = model.enlargement();
    int most = Request.MAX_SIZE / larger;
    if (larger > 1 && Math.max(padded.width(), padded.height()) > most) {
      throw new IllegalArgumentException(
          String.format(
              "The region must be at most %d pixels wide and high, as the model makes it %d times"
                  + " as large, but is %d×%d. Select a smaller area.",
              most, larger, padded.width(), padded.height()));
    }
    return request.withSize(larger * padded.width(), larger * padded.height());
  }

  private static int multiple(int factor, double size) {
    return (int) Math.max(1, Math.round(size / factor)) * factor;
  }

  /** Returns the model. */
  public LatentDiffusion model() {
    return model;
  }

  /**
   * Returns the values that are black and white in new images of a model that makes grey pictures;
   * empty for a model of colours.
   */
  public Optional<Intensity> grey() {
    boolean isGrey = model.declaration().latents().isGrey();
    return isGrey ? Optional.of(Intensity.RGB) : Optional.empty();
  }

  /** Returns an empty image of the region for what the model makes. */
  public Canvas canvas(ResultType type) {
    return canvas(type, grey());
  }

  /**
   * Returns an empty image of the region for what the model makes.
   *
   * @param values that are black and white, for a grey picture
   */
  public Canvas canvas(ResultType type, Optional<Intensity> values) {
    Declaration declaration = model.declaration();
    Optional<Sight.Values> others = declaration.sight().flatMap(Sight::values);
    return others.isPresent()
        ? Canvas.of(seen, others.get())
        : Canvas.of(seen, type, values, declaration.latents().pictureChannels());
  }

  /** Returns the region of the image. */
  public Region seen() {
    return seen;
  }

  private boolean isScaled() {
    return width != seen.width() || height != seen.height();
  }

  /** Returns the width and height at which the model works, multiples of the factor. */
  public Region padded() {
    return new Region(0, 0, width, height).padded(multiple);
  }

  /** Returns the width and height at which the model works, without padding. */
  public Region worked() {
    return new Region(0, 0, width, height);
  }

  /** Returns the region of the image that is seen, in the image's own pixels. */
  public Region shown() {
    return new Region(
        seen.x() / times, seen.y() / times, seen.width() / times, seen.height() / times);
  }

  /** Returns the pixel of the model's picture that shows a pixel of the image. */
  public AttentionProbe.Pixel pixel(AttentionProbe.Pixel ofImage) {
    Region image = shown();
    long x = (2L * (ofImage.x() - image.x()) + 1) * width / (2L * image.width());
    long y = (2L * (ofImage.y() - image.y()) + 1) * height / (2L * image.height());
    return new AttentionProbe.Pixel((int) x, (int) y);
  }

  /** Returns the calibration of the region, from that of the image. */
  public Calibrated calibrated(Calibrated image) {
    return image.of(seen);
  }

  /** Returns the calibration of the region's latents, from that of the image. */
  public Calibrated latentsCalibrated(Calibrated image) {
    return calibrated(image).scaled(horizontalFactor(), verticalFactor());
  }

  /** Returns the pixels of the image in the width of one latent pixel. */
  private double horizontalFactor() {
    return (double) model.factor() * seen.width() / width;
  }

  /** Returns the pixels of the image in the height of one latent pixel. */
  private double verticalFactor() {
    return (double) model.factor() * seen.height() / height;
  }

  /**
   * Returns the region's picture as the model sees it.
   *
   * @param manager owns the result
   * @return [1, 3, h, w], −1…1, h and w multiples of the factor
   */
  public NDArray tensor(Picture picture, NDManager manager) {
    if (!isScaled()) {
      return picture.tensor(manager, multiple);
    }
    try (NDArray whole = picture.tensor(manager, 1);
        NDArray resized = model.resized(whole, width, height)) {
      return resized.clip(-1, 1);
    }
  }

  /**
   * Resizes another picture to the size at which the model works, and mirrors its edges alike.
   *
   * @param manager owns the result
   * @return [1, 3, h, w], −1…1, of the size of {@link #padded}
   */
  public NDArray fitted(Picture other, NDManager manager) {
    try (NDArray whole = other.tensor(manager, 1);
        NDArray resized = model.resized(whole, width, height)) {
      return copy(resized).tensor(manager, multiple);
    }
  }

  private Picture copy(NDArray resized) {
    ImageProcessor[] colours =
        Arrays.stream(Tensors.channels(resized))
            .map(values -> new FloatProcessor(width, height, values))
            .toArray(ImageProcessor[]::new);
    Intensity[] maps = new Intensity[colours.length];
    Arrays.fill(maps, new Intensity(-1, 1));
    Region all = new Region(0, 0, width, height);
    return new Picture(colours, maps, Selection.all(all), all);
  }

  /**
   * Returns how much each latent pixel may change: the largest weight of the pixels under it.
   *
   * @param manager owns the result
   * @return [1, 1, h/f, w/f], 0…1
   */
  public NDArray mask(Selection selection, NDManager manager) {
    LatentCells cells = cells();
    float[][] mask = {cells.largest(selection)};
    return Tensors.of(manager, mask, cells.rows(), cells.columns());
  }

  /**
   * Returns the part of each latent pixel that a selection covers, whatever its weights: a pixel of
   * the image is in it or not.
   *
   * @return h/f rows of w/f, 0…1
   */
  public float[] covered(Selection selection) {
    return cells().covered(selection);
  }

  private LatentCells cells() {
    int columns = padded().width() / model.factor();
    int rows = padded().height() / model.factor();
    return new LatentCells(seen, columns, rows, horizontalFactor(), verticalFactor());
  }

  /** Decodes latents and puts the picture in its place. */
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
    target.replace(sized(decoded));
  }

  /**
   * Resizes a decoded picture to the region.
   *
   * @param decoded [1, 3, h, w], of the size of {@link #padded}
   * @return [1, 3, h, w], at least as large as the region, the rest at its right and bottom; of the
   *     picture's manager
   */
  public NDArray sized(NDArray decoded) {
    return isScaled() ? model.resized(decoded, seen.width(), seen.height()) : decoded;
  }

  /**
   * Encodes the region's picture, by the posterior's mean, and decodes it.
   *
   * @param manager owns the result
   * @return as {@link #sized}
   */
  public NDArray reconstructed(Picture picture, NDManager manager) {
    try (NDArray given = tensor(picture, manager);
        NDArray latents = model.encode(given, manager)) {
      return sized(model.decode(latents, manager));
    }
  }

  /** As {@link #enlarged(ColorProcessor, int)}, bilinear. */
  public ColorProcessor enlarged(ColorProcessor small) {
    return enlarged(small, ImageProcessor.BILINEAR);
  }

  /**
   * Enlarges a picture of the latents' size.
   *
   * @param small a pixel for each of the latents
   * @param interpolation one of ImageJ's methods
   * @return of the size of the region
   */
  public ColorProcessor enlarged(ColorProcessor small, int interpolation) {
    small.setInterpolationMethod(interpolation);
    ImageProcessor padded = small.resize(padded().width(), padded().height());
    padded.setInterpolationMethod(interpolation);
    padded.setRoi(0, 0, width, height);
    ImageProcessor enlarged = padded.crop();
    return (ColorProcessor) (isScaled() ? enlarged.resize(seen.width(), seen.height()) : enlarged);
  }

  /** Paints a whole image in the colours in which the model sees it. */
  public ColorProcessor colours(Picture picture, Region image) {
    try (NDManager manager = model.manager().newSubManager()) {
      return painted(picture.tensor(manager, 1), image.width(), image.height());
    }
  }

  /**
   * Paints a decoded picture in the size of the region.
   *
   * @param decoded [1, channels, h, w], of the size of {@link #padded}
   */
  public ColorProcessor picture(NDArray decoded) {
    return painted(sized(decoded), seen.width(), seen.height());
  }

  /** Paints three channels as RGB; of any other number each has its own colour. */
  private static ColorProcessor painted(NDArray picture, int width, int height) {
    int channels = Math.toIntExact(picture.getShape().get(1));
    if (channels == 3) {
      ColorProcessor canvas = Canvas.black(width, height);
      Picture.of(canvas, new Region(0, 0, width, height)).replace(picture);
      return canvas;
    }
    ColorProcessor colours = Tensors.colours(picture, LatentSpace.composite(channels));
    colours.setRoi(0, 0, width, height);
    return (ColorProcessor) colours.crop();
  }

  /** Decodes latents to a picture of the region's size. */
  public ColorProcessor decode(NDArray latents) {
    try (NDManager manager = model.manager().newSubManager()) {
      return picture(model.decode(latents, manager));
    }
  }
}
