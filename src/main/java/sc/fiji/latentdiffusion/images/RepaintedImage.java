package sc.fiji.latentdiffusion.images;

import ai.djl.ndarray.NDArray;
import ij.ImagePlus;
import ij.ImageStack;
import ij.gui.Roi;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.images.fitting.Fitting;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.Channels;
import sc.fiji.latentdiffusion.images.pixels.Continuation;
import sc.fiji.latentdiffusion.images.pixels.Copies;
import sc.fiji.latentdiffusion.images.pixels.FloatCopies;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.pixels.Picture;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.ResultType;
import sc.fiji.latentdiffusion.images.pixels.Selection;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.images.repair.RepairMark;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.pipeline.Request;

/**
 * The copy of an image in which image to image repaints the selection, slice by slice; or, for
 * several answers, copies of its current slice and frame. A 32-bit copy of another type holds the
 * stored values until it is the result.
 */
final class RepaintedImage {

  /** The title of the copy. */
  static final String TITLE = "Image to Image";

  private static final Slices.Position FIRST = new Slices.Position(1, 1);

  private final ImagePlus input;
  private final ImageToImageOptions options;
  private final Selection selection;
  private final Region seen;
  private final Channels channels;
  private final boolean isSlice;
  private final ResultType type;
  private final ImagePlus copy;
  private final Map<Slices.Position, Channels> copied = new HashMap<>();

  /**
   * Checks and copies an image.
   *
   * @param answers that are made of it
   * @param type of the copy
   * @throws IllegalArgumentException if the image or its selection is not supported
   */
  RepaintedImage(ImagePlus input, ImageToImageOptions options, Answers answers, ResultType type) {
    Picture.check(input);
    this.input = input;
    this.options = options;
    selection = Selection.of(input, options.region().feather());
    seen = options.region().seen(selection.bounds(), frame());
    Slices.Position first = options.slices().positions(input).get(0);
    channels = Channels.of(input, options.mapping(), first, selection, seen);
    isSlice = answers.areSeveral();
    this.type = type;
    copy = copy();
  }

  private ImagePlus copy() {
    ImagePlus same = isSlice ? Copies.ofPosition(input, TITLE) : Copies.of(input, TITLE);
    ImagePlus made = isFloat() ? FloatCopies.stored(same) : same;
    if (input.getRoi() != null) made.setRoi((Roi) input.getRoi().clone());
    return made;
  }

  private RepaintedImage(RepaintedImage first, ResultType type) {
    input = first.input;
    options = first.options;
    selection = first.selection;
    seen = first.seen;
    channels = first.channels;
    isSlice = first.isSlice;
    this.type = type;
    copy = copy();
  }

  /** Returns the channels of the copy at a position. */
  private Channels copied(Slices.Position at) {
    return copied.computeIfAbsent(at, this::channelsOfCopy);
  }

  /** A 32-bit copy of an RGB image has a channel for each colour. */
  private Channels channelsOfCopy(Slices.Position at) {
    boolean isSplit = isFloat() && input.getType() == ImagePlus.COLOR_RGB;
    Channels all = isSplit ? Channels.of(copy, ChannelMapping.DISPLAY) : channels;
    return options.mapping().isAround() ? all.around(copy, at, selection, seen) : all;
  }

  private boolean isFloat() {
    return type == ResultType.FLOAT;
  }

  /** Returns the same image with another copy, for the next answer. */
  RepaintedImage again() {
    return new RepaintedImage(this, type);
  }

  /** Returns the same image with another copy, of 32 bit. */
  RepaintedImage inFloat() {
    return new RepaintedImage(this, ResultType.FLOAT);
  }

  /**
   * Checks that a model can work on the region that it sees.
   *
   * @throws IllegalArgumentException if the request's tiles do not fit
   */
  void requireFitting(Request request, Declaration model) {
    int factor = model.latents().factor();
    ModelView.sized(request, seen, options.region(), model.nativeSize(), factor)
        .requireFitting(factor);
  }

  /** Returns the whole image. */
  Region frame() {
    return new Region(0, 0, input.getWidth(), input.getHeight());
  }

  /** Returns the region that a model sees. */
  Region seen() {
    return seen;
  }

  /** Returns the pixels that change. */
  Selection selection() {
    return selection;
  }

  /** Returns how results are fitted to the image. */
  Fitting fitting() {
    return Fitting.of(options.region(), selection, seen);
  }

  ImageToImageOptions options() {
    return options;
  }

  /** Returns a note for the user on the image's range of values. */
  Optional<String> note() {
    return channels.note();
  }

  /** Returns the positions of the slices that change, in the copy. */
  List<Slices.Position> positions() {
    return isSlice ? List.of(FIRST) : options.slices().positions(input);
  }

  /** Returns the region of a slice; what replaces it goes into the copy. */
  Picture region(Slices.Position at) {
    return copied(at).picture(copy, at, selection, seen);
  }

  /** Returns the pixels of a slice that say nothing of the picture to a model that repairs. */
  Selection invented(Slices.Position at) {
    return Continuation.hidden(region(at));
  }

  /**
   * Checks that a model which repairs sees finite values around the selection, in every slice.
   *
   * @throws IllegalArgumentException if not; the message says what to do
   */
  void requireSurroundings() {
    for (Slices.Position at : positions()) {
      if (invented(at).covers(seen)) {
        throw new IllegalArgumentException(
            String.format(
                "A repair continues in a selection what is around it, but no value around it is a"
                    + " finite number%s. Select less, or give more context.",
                positions().size() == 1
                    ? ""
                    : " in slice " + at.slice() + " of frame " + at.frame()));
      }
    }
  }

  /** Marks the selection of a slice as repaired. */
  void mark(Slices.Position at) {
    if (isSlice) RepairMark.mark(copy, input.getRoi());
    else RepairMark.mark(copy, input.getRoi(), channels.single(), at);
  }

  /** Returns a whole slice. */
  Picture slice(Slices.Position at) {
    return copied(at).picture(copy, at, Selection.all(frame()), frame());
  }

  /** Writes the seed of a slice before its label, in all channels. */
  void labelSeed(Slices.Position at, long seed) {
    ImageStack slices = copy.getStack();
    for (int c = 1; c <= copy.getNChannels(); c++) {
      int index = copy.getStackIndex(c, at.slice(), at.frame());
      String label = slices.getSliceLabel(index);
      slices.setSliceLabel("seed " + seed + (label == null ? "" : ", " + label), index);
    }
  }

  /** Adds the lines of the input. */
  void describe(Info info, ModelView view) {
    info.put(input, selection.bounds(), view, channels);
  }

  /** Returns the copy. */
  ImagePlus image() {
    return copy;
  }

  /**
   * Makes the calibrated values of an image of stored ones, once.
   *
   * @param image the copy, or one of all answers' copies
   * @return the same
   */
  ImagePlus calibrated(ImagePlus image) {
    if (isFloat() && input.getBitDepth() < 32) {
      FloatCopies.calibrate(image, input.getCalibration());
    }
    return image;
  }

  /**
   * Returns the image of the region at a position as a run predicts it: RGB, or of 32 bit with the
   * copy's channels and values.
   */
  ImagePlus predicted(Slices.Position at, ModelView view, NDArray latents) {
    if (!isFloat()) return new ImagePlus("", view.decode(latents));
    ImagePlus region = FloatCopies.region(copy, at, seen);
    Region all = new Region(0, 0, seen.width(), seen.height());
    view.decode(latents, copied(at).picture(region, FIRST, Selection.all(all), all));
    return calibrated(region);
  }
}
