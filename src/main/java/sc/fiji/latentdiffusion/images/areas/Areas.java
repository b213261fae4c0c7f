/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.areas;

import ij.ImagePlus;
import ij.gui.Roi;
import ij.gui.ShapeRoi;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.RegionOptions;
import sc.fiji.latentdiffusion.images.pixels.Selection;
import sc.fiji.latentdiffusion.images.pixels.Slices;

/** All areas of an image that are repainted, and the places of the runs that do so. */
public final class Areas {

  /** The Info's key of the ROIs that were left out. */
  public static final String OUTSIDE = "outside";

  private static final int MOST_TOLD = 20;

  /** The part, from 0, of a ROI of the list. */
  private record Key(int roi, int part) {}

  private final ImagePlus image;
  private final AreaOptions options;
  private final RegionOptions region;
  private final Region frame;
  private final List<FoundRoi> rois;
  private final Optional<MaskImage> mask;
  private final List<Place> places = new ArrayList<>();
  private final Map<Key, Integer> numbers = new HashMap<>();
  private final Map<Integer, List<Selection>> shapes = new HashMap<>();
  private final Map<Integer, String> outside = new LinkedHashMap<>();

  /**
   * Finds the areas.
   *
   * @param image that is repainted
   * @param region feather and context of each area
   * @param slices of the image that are repainted
   * @throws IllegalArgumentException if there is no area, a mask does not fit, a ROI lacks the name
   *     that is its prompt, or a region is too large; the message says what to do
   */
  public Areas(ImagePlus image, AreaOptions options, RegionOptions region, Slices slices) {
    this.image = image;
    this.options = options;
    this.region = region;
    frame = new Region(0, 0, image.getWidth(), image.getHeight());
    rois = options.isSelection() ? selected() : FoundRoi.of(image, options.rois());
    List<Slices.Position> positions = slices.positions(image);
    mask = MaskImage.of(options.mask(), image, positions, region.scale());
    for (Slices.Position at : positions) {
      List<Area> here = areas(at);
      if (options.isEach()) here.forEach(area -> places.add(place(at, List.of(area))));
      else if (!here.isEmpty()) places.add(place(at, here));
    }
    if (places.isEmpty()) throw none();
    if (options.labels()) LabelImage.require(count());
  }

  /** Returns the selection as the only ROI; nothing for the whole image. */
  private List<FoundRoi> selected() {
    Selection.of(image, 0); // refuses lines, and a selection outside of the image
    return image.getRoi() == null ? List.of() : List.of(new FoundRoi(1, "", image.getRoi()));
  }

  private Place place(Slices.Position at, List<Area> areas) {
    Selection all = Selection.union(areas.stream().map(Area::selection).toList());
    return new Place(at, areas, all, region.seen(all.bounds(), frame));
  }

  private List<Area> areas(Slices.Position at) {
    List<Area> areas = new ArrayList<>();
    if (rois.isEmpty()) add(areas, at, new Key(0, 0), "", null, Selection.all(frame));
    for (FoundRoi roi : rois) {
      if (!options.isSelection() && !roi.isAt(image, at)) continue;
      List<Selection> parts = shapes.computeIfAbsent(roi.number(), number -> parts(roi));
      String prompt = options.regions() && !parts.isEmpty() ? roi.prompt() : "";
      for (int part = 0; part < parts.size(); part++) {
        Roi whole = parts.size() == 1 ? roi.roi() : null;
        add(areas, at, new Key(roi.number(), part), prompt, whole, parts.get(part));
      }
    }
    return areas;
  }

  private void add(
      List<Area> areas, Slices.Position at, Key key, String prompt, Roi roi, Selection shape) {
    Optional<Selection> weighted =
        mask.isEmpty() ? Optional.of(shape) : shape.times(mask.get().at(at));
    if (weighted.isEmpty()) return;
    int number = numbers.computeIfAbsent(key, first -> numbers.size() + 1);
    areas.add(new Area(number, prompt, mask.isEmpty() ? roi : null, shape, weighted.get()));
  }

  /** Returns the areas of a ROI: one, or the parts of a selection, or none. */
  private List<Selection> parts(FoundRoi found) {
    Roi roi = found.roi();
    if (!Selection.isArea(roi)) {
      outside.put(found.number(), "is no area but of type \"" + roi.getTypeAsString() + "\"");
      return List.of();
    }
    if (options.isSelection() && (options.isEach() || options.labels())) {
      return Selection.parts(roi, frame, region.feather());
    }
    Optional<Selection> inside = Selection.inside(roi, frame, region.feather());
    if (inside.isEmpty()) outside.put(found.number(), "has no pixel inside the image");
    return inside.stream().toList();
  }

  private IllegalArgumentException none() {
    if (options.isSelection()) {
      return new IllegalArgumentException(
          "The mask \""
              + options.mask()
              + "\" must have values above 0 within the selection, but has none there.");
    }
    long elsewhere = rois.size() - outside.size();
    return new IllegalArgumentException(
        String.format(
            "rois=%s needs an area inside the image of %d×%d pixels, but of %d ROIs %d %s no area,"
                + " or outside, and %d belong to other slices or have no weight in the mask. Draw"
                + " areas in the image, or choose slices=all.",
            options.rois(),
            frame.width(),
            frame.height(),
            rois.size(),
            outside.size(),
            outside.size() == 1 ? "is" : "are",
            elsewhere));
  }

  /** Returns the places of all runs, in their order: slices outermost. */
  public List<Place> places() {
    return List.copyOf(places);
  }

  /** Returns the prompts of all areas, each once; none if their names are no prompts. */
  public List<String> prompts() {
    return places.stream()
        .flatMap(place -> place.areas().stream())
        .map(Area::prompt)
        .filter(prompt -> !prompt.isEmpty())
        .distinct()
        .toList();
  }

  /** Returns the number of areas. */
  public int count() {
    return numbers.size();
  }

  /** Returns whether a slice has more than one run. */
  public boolean areSeveralRuns() {
    return places.stream().map(Place::at).distinct().count() < places.size();
  }

  /** Returns whether all runs see regions of one size and place. */
  public boolean seeOneRegion() {
    return places.stream().map(Place::seen).distinct().count() == 1;
  }

  /** Returns the largest region that a model sees in a run. */
  public Region largestSeen() {
    return places.stream()
        .map(Place::seen)
        .max(Comparator.comparingLong(seen -> (long) seen.width() * seen.height()))
        .orElseThrow();
  }

  /** Returns the numbers of the ROIs that were left out, with commas; nothing if none was. */
  public Optional<String> outside() {
    if (outside.isEmpty()) return Optional.empty();
    return Optional.of(
        outside.keySet().stream().map(String::valueOf).collect(Collectors.joining(",")));
  }

  /** Returns notes for the user on ROIs and parts that were left out, and on a mask's values. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    outside.entrySet().stream()
        .limit(MOST_TOLD)
        .forEach(e -> notes.add("ROI " + e.getKey() + " " + e.getValue() + ": it is left out."));
    int more = outside.size() - MOST_TOLD;
    if (more > 0) notes.add(more + " more ROIs are no areas, or outside: they are left out.");
    long parts = partsOutside();
    if (parts > 0) notes.add(parts + " of the selection's parts lie outside the image.");
    mask.flatMap(MaskImage::note).ifPresent(notes::add);
    return notes;
  }

  private long partsOutside() {
    if (!options.isSelection() || !(image.getRoi() instanceof ShapeRoi shape)) return 0;
    return List.of(shape.getRois()).stream()
        .filter(part -> Selection.inside(part, frame, 0).isEmpty())
        .count();
  }
}
