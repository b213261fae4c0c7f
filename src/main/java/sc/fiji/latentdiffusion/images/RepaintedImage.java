/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import ai.djl.ndarray.NDArray;
import ij.ImagePlus;
import ij.ImageStack;
import ij.gui.Roi;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import sc.fiji.latentdiffusion.images.addons.DepthImage;
import sc.fiji.latentdiffusion.images.areas.Area;
import sc.fiji.latentdiffusion.images.areas.Areas;
import sc.fiji.latentdiffusion.images.areas.LabelImage;
import sc.fiji.latentdiffusion.images.areas.Place;
import sc.fiji.latentdiffusion.images.imagej.Copies;
import sc.fiji.latentdiffusion.images.imagej.FloatCopies;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.Channels;
import sc.fiji.latentdiffusion.images.pixels.Continuation;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.pixels.Picture;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.ResultType;
import sc.fiji.latentdiffusion.images.pixels.Selection;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.images.repair.RepairMark;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Sight;
import sc.fiji.latentdiffusion.pipeline.Request;

/**
 * The copy of an image in which image to image repaints areas, place by place; or, for several
 * answers, copies of its current slice and frame. A 32-bit copy of another type holds the stored
 * values until it is the result.
 */
final class RepaintedImage {

  /** The title of the copy. */
  static final String TITLE = "Image to Image";

  private static final Slices.Position FIRST = new Slices.Position(1, 1);

  private final ImagePlus input;
  private final ImageToImageOptions options;
  private final Areas areas;
  private final List<Place> places;
  private final Channels channels;
  private final boolean isSlice;
  private final ResultType type;
  private final ImagePlus copy;
  private final Map<Place, Channels> copied = new IdentityHashMap<>();

  /**
   * Checks and copies an image.
   *
   * @param answers that are made of it
   * @param type of the copy
   * @param channels number of those that the model sees; 3 for red, green and blue
   * @throws IllegalArgumentException if the image or its selection is not supported
   */
  RepaintedImage(
      ImagePlus input,
      ImageToImageOptions options,
      Answers answers,
      ResultType type,
      int channels) {
    Picture.check(input);
    this.input = input;
    this.options = options;
    areas = new Areas(input, options.areas(), options.region(), options.slices());
    places = areas.places();
    if (options.slices().coherence() > 0) requireOneRegion();
    Place first = places.get(0);
    this.channels =
        Channels.of(
            input, options.mapping(), channels, first.at(), first.selection(), first.seen());
    isSlice = answers.areSeveral();
    this.type = type;
    copy = copy();
  }

  private void requireOneRegion() {
    Region first = places.get(0).seen();
    for (Place place : places) {
      if (place.seen().equals(first)) continue;
      throw new IllegalArgumentException(
          String.format(
              "coherence averages the same region of all slices, but the model sees %s of the first"
                  + " and %s of slice %d, frame %d (x,y,width,height). Give areas of the same"
                  + " bounds, or leave coherence out.",
              first, place.seen(), place.at().slice(), place.at().frame()));
    }
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
    areas = first.areas;
    places = first.places;
    channels = first.channels;
    isSlice = first.isSlice;
    this.type = type;
    copy = copy();
  }

  /** Returns the channels of the copy at a place, whose range is found when it is first asked. */
  private Channels copied(Place place) {
    return copied.computeIfAbsent(place, this::channelsOfCopy);
  }

  /** A 32-bit copy of an RGB image has a channel for each colour. */
  private Channels channelsOfCopy(Place place) {
    boolean isSplit = isFloat() && input.getType() == ImagePlus.COLOR_RGB;
    Channels all = isSplit ? Channels.of(copy, ChannelMapping.OF_RGB) : channels;
    return options.mapping().isAround()
        ? all.around(copy, inCopy(place), place.selection(), place.seen())
        : all;
  }

  private Slices.Position inCopy(Place place) {
    return isSlice ? FIRST : place.at();
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
   * @throws IllegalArgumentException if the request's tiles do not fit, or the image has colours
   *     and the model makes grey pictures
   */
  void requireFitting(Request request, Declaration model) {
    if (model.sight().isEmpty()) channels.requireFitting(model.latents());
    for (Place place : places) {
      ModelView.sized(request, place.seen(), options.region(), model)
          .requireFitting(model.latents());
    }
  }

  /** Returns the number of its channels that the model sees. */
  int seenChannels() {
    return channels.count();
  }

  /**
   * Returns the image that a model takes for depth; nothing if it takes none.
   *
   * @param sight of the model; empty for none
   * @throws IllegalArgumentException if it is missing, or the model takes none and one is named
   */
  Optional<DepthImage> depth(Optional<Sight> sight) {
    return DepthImage.of(options.shown().depth(), input, sight);
  }

  /** Returns the whole image. */
  Region frame() {
    return new Region(0, 0, input.getWidth(), input.getHeight());
  }

  /** Returns the places of the runs of an answer. */
  List<Place> places() {
    return places;
  }

  /** Returns the areas of all places. */
  Areas areas() {
    return areas;
  }

  /** Returns the numbers of the areas, 16-bit; nothing if they are not asked for. */
  Optional<ImagePlus> labels() {
    if (!options.areas().labels()) return Optional.empty();
    boolean isWhole = !options.slices().isCurrent();
    return Optional.of(LabelImage.of(input, places, isWhole, areas.count()));
  }

  ImageToImageOptions options() {
    return options;
  }

  /** Returns notes for the user on the image's range of values, and on its areas. */
  List<String> notes() {
    List<String> notes = new ArrayList<>(channels.note().stream().toList());
    notes.addAll(areas.notes());
    return notes;
  }

  /** Returns the region of a place; what replaces it goes into the copy. */
  Picture region(Place place) {
    return copied(place).picture(copy, inCopy(place), place.selection(), place.seen());
  }

  /** Returns whether two places lie side by side in z, or in t where there is one slice. */
  boolean areNeighbours(Place place, Place next) {
    return Slices.areNeighbours(input, place.at(), next.at());
  }

  /** Returns the pixels of a place that say nothing of the picture to a model that repairs. */
  Selection invented(Place place) {
    return Continuation.hidden(region(place));
  }

  /**
   * Checks that a model which repairs sees finite values around the selection, in every slice.
   *
   * @throws IllegalArgumentException if not; the message says what to do
   */
  void requireSurroundings() {
    for (Place place : places) {
      if (invented(place).covers(place.seen())) {
        Slices.Position at = place.at();
        throw new IllegalArgumentException(
            String.format(
                "A repair continues in a selection what is around it, but no value around it is a"
                    + " finite number%s. Select less, or give more context.",
                places.size() == 1 ? "" : " in slice " + at.slice() + " of frame " + at.frame()));
      }
    }
    copied.clear(); // a later place sees what an earlier one has repaired
  }

  /** Marks the areas of a place as repaired. */
  void mark(Place place) {
    for (Area area : place.areas()) {
      if (isSlice) RepairMark.mark(copy, area.outline());
      else RepairMark.mark(copy, area.outline(), channels.single(), place.at());
    }
  }

  /** Returns the whole slice of a place. */
  Picture slice(Place place) {
    return copied(place).picture(copy, inCopy(place), Selection.all(frame()), frame());
  }

  /** Writes the seed of a place's slice before its label, in all channels. */
  void labelSeed(Place place, long seed) {
    Slices.Position at = inCopy(place);
    ImageStack slices = copy.getStack();
    for (int c = 1; c <= copy.getNChannels(); c++) {
      int index = copy.getStackIndex(c, at.slice(), at.frame());
      String label = slices.getSliceLabel(index);
      slices.setSliceLabel("seed " + seed + (label == null ? "" : ", " + label), index);
    }
  }

  /**
   * Adds the lines of the input; of several places with semicolons between them.
   *
   * @param view of the first place
   */
  void describe(Info info, ModelView view) {
    info.put(input, places.get(0).selection().bounds(), view, channels);
    if (places.size() > 1) {
      info.put("region", joined(place -> place.selection().bounds()));
      info.put("seen", joined(Place::seen));
    }
    if (!options.areas().isSelection() || places.size() > 1) info.put("areaCount", areas.count());
    if (options.areas().regions()) info.put("regionPrompts", String.join(" | ", areas.prompts()));
    areas.outside().ifPresent(numbers -> info.put(Areas.OUTSIDE, numbers));
  }

  /** Returns the bounds of the pixels that change, of several places with semicolons. */
  String bounds() {
    return joined(place -> place.selection().bounds());
  }

  private String joined(Function<Place, Region> region) {
    return places.stream()
        .map(region)
        .distinct()
        .map(Region::toString)
        .collect(Collectors.joining(";"));
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
   * Returns the image of the region at a place as a run predicts it: RGB, or of 32 bit with the
   * copy's channels and values.
   */
  ImagePlus predicted(Place place, ModelView view, NDArray latents) {
    if (!isFloat()) return new ImagePlus("", view.decode(latents));
    Region seen = place.seen();
    ImagePlus region = FloatCopies.region(copy, inCopy(place), seen);
    Region all = new Region(0, 0, seen.width(), seen.height());
    view.decode(latents, copied(place).picture(region, FIRST, Selection.all(all), all));
    return calibrated(region);
  }
}
