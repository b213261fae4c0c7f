package sc.fiji.latentdiffusion.images;

import ij.ImagePlus;
import ij.ImageStack;
import ij.gui.Roi;
import java.util.List;
import java.util.Optional;
import sc.fiji.latentdiffusion.images.fitting.Fitting;
import sc.fiji.latentdiffusion.images.pixels.Channels;
import sc.fiji.latentdiffusion.images.pixels.Copies;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.pixels.Picture;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.Selection;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.images.results.Info;

/**
 * The copy of an image in which image to image repaints the selection, slice by slice; or, for
 * several answers, copies of its current slice and frame.
 */
final class RepaintedImage {

  /** The title of the copy. */
  static final String TITLE = "Image to Image";

  private final ImagePlus input;
  private final ImageToImageOptions options;
  private final Selection selection;
  private final Region seen;
  private final Channels channels;
  private final boolean isSlice;
  private final ImagePlus copy;

  /**
   * Checks and copies an image.
   *
   * @param answers that are made of it
   * @throws IllegalArgumentException if the image or its selection is not supported
   */
  RepaintedImage(ImagePlus input, ImageToImageOptions options, Answers answers) {
    Picture.check(input);
    this.input = input;
    this.options = options;
    selection = Selection.of(input, options.region().feather());
    seen = options.region().seen(selection.bounds(), frame());
    channels = Channels.of(input, options.mapping());
    isSlice = answers.areSeveral();
    copy = copy();
  }

  private ImagePlus copy() {
    ImagePlus made = isSlice ? Copies.ofPosition(input, TITLE) : Copies.of(input, TITLE);
    if (input.getRoi() != null) made.setRoi((Roi) input.getRoi().clone());
    return made;
  }

  private RepaintedImage(RepaintedImage first) {
    input = first.input;
    options = first.options;
    selection = first.selection;
    seen = first.seen;
    channels = first.channels;
    isSlice = first.isSlice;
    copy = copy();
  }

  /** Returns the same image with another copy, for the next answer. */
  RepaintedImage again() {
    return new RepaintedImage(this);
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
    return isSlice ? List.of(new Slices.Position(1, 1)) : options.slices().positions(input);
  }

  /** Returns the region of a slice; what replaces it goes into the copy. */
  Picture region(Slices.Position at) {
    return channels.picture(copy, at, selection, seen);
  }

  /** Returns a whole slice. */
  Picture slice(Slices.Position at) {
    return channels.picture(copy, at, Selection.all(frame()), frame());
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
}
