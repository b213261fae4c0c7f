/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ij.ImagePlus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import sc.fiji.latentdiffusion.images.addons.DepthImage;
import sc.fiji.latentdiffusion.images.areas.AreaOptions;
import sc.fiji.latentdiffusion.images.areas.LabelImage;
import sc.fiji.latentdiffusion.images.areas.Place;
import sc.fiji.latentdiffusion.images.fitting.Fitted;
import sc.fiji.latentdiffusion.images.fitting.Fitting;
import sc.fiji.latentdiffusion.images.fitting.Level;
import sc.fiji.latentdiffusion.images.fitting.Repainting;
import sc.fiji.latentdiffusion.images.pixels.Calibrated;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.pixels.Picture;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.Rounding;
import sc.fiji.latentdiffusion.images.pixels.Selection;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.images.repair.Repair;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.images.results.Inset;
import sc.fiji.latentdiffusion.images.results.LatentPreview;
import sc.fiji.latentdiffusion.images.results.Preview;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.keys.Numbers;
import sc.fiji.latentdiffusion.models.prompts.RegionPrompts;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Start;
import sc.fiji.latentdiffusion.sampler.Answer;

/**
 * Runs from the places of an image back into a copy of it, or into the slices of a stack: each
 * answer is made of all places, one after the other, on the result so far.
 */
final class ImageToImageStart implements ImageStart {

  private final RepaintedImage image;
  private final List<Place> places;
  private final Request request;
  private final Answers answers;
  private final AnswerImages images;
  private final LatentDiffusion model;
  private final boolean repairs;
  private final SourcePicture source;
  private final Optional<DepthImage> depth;
  private boolean invented;
  private RepaintedImage target; // of the answer that is being made
  private final List<Level> levels = new ArrayList<>();
  private final Rounding rounding = new Rounding();
  private final List<Double> noises = new ArrayList<>();

  ImageToImageStart(LatentDiffusion model, RepaintedImage image, Request request, Answers answers) {
    this.image = image;
    depth = image.depth(model.sight());
    this.request = request.withDrawnSeed();
    this.answers = answers;
    images = new AnswerImages(RepaintedImage.TITLE, answers);
    repairs = Repair.isAskedBy(request);
    places = image.places();
    this.model = model;
    source = new SourcePicture(model.manager().newSubManager());
  }

  @Override
  public int runs() {
    return places.size() * answers.count();
  }

  @Override
  public int batch() {
    return answers.areSeveral() ? answers.batch() : 1;
  }

  @Override
  public String unit() {
    if (image.areas().areSeveralRuns()) return "area";
    return answers.areSeveral() ? Answers.UNIT : ImageStart.super.unit();
  }

  @Override
  public double coherence() {
    return image.options().slices().coherence();
  }

  @Override
  public int neighbours(int first) {
    int end = first + 1;
    while (end < places.size() && image.areNeighbours(places.get(end - 1), places.get(end))) end++;
    return end - first;
  }

  private Place place(int run) {
    return places.get(run % places.size());
  }

  @Override
  public ModelView view() {
    return view(0);
  }

  @Override
  public ModelView view(int run) {
    return ModelView.of(model, place(run).seen(), image.options().region());
  }

  @Override
  public Region frame() {
    return image.frame();
  }

  @Override
  public Calibrated calibration() {
    return Calibrated.of(image.image());
  }

  @Override
  public Slices.Position position(int run) {
    return image.options().slices().isCurrent() ? null : place(run).at();
  }

  @Override
  public Request request(int run) {
    Request answer = answers.areSeveral() ? answers.request(request, run / places.size()) : request;
    Request own = image.options().slices().request(answer, run % places.size());
    AreaOptions areas = image.options().areas();
    if (!areas.regions() || !areas.isEach()) return own;
    return own.withPrompt(place(run).areas().get(0).prompt(), own.prompting().negative());
  }

  @Override
  public Start start(int run, NDManager memory) {
    return sharesSource()
        ? source.start(owner -> fromPicture(run, owner), memory)
        : fromPicture(run, memory);
  }

  /** Several places share none: a later one sees what an earlier one has made of the answer. */
  private boolean sharesSource() {
    return answers.areSeveral() && places.size() == 1;
  }

  private Start.FromPicture fromPicture(int run, NDManager memory) {
    Repainting repainting = repainting(run);
    return new Start.FromPicture(
        repainting.seen(memory),
        repainting.mask(memory),
        prompted(run),
        beside(run, memory),
        Optional.empty());
  }

  private Repainting repainting(int run) {
    Place place = place(run);
    Picture region = target(run).region(place);
    return new Repainting(view(run), region, place.selection(), image.options().region(), repairs);
  }

  private Start.FromPicture.Beside beside(int run, NDManager memory) {
    Optional<NDArray> seen =
        depth.map(found -> found.seen(view(run), frame(), position(run), memory));
    return new Start.FromPicture.Beside(seen, image.options().shown().noiseLevel());
  }

  @Override
  public void close() {
    source.close();
  }

  private List<RegionPrompts.Region> prompted(int run) {
    if (!image.options().areas().areRegionsTogether()) return List.of();
    ModelView view = view(run);
    return place(run).areas().stream()
        .map(area -> new RegionPrompts.Region(area.prompt(), view.covered(area.shape())))
        .toList();
  }

  /** Returns previews of the whole slice, if it is not too large. */
  @Override
  public Function<NDArray, Preview> previews(int run) {
    ModelView view = view(run);
    if (!Inset.isPossible(frame())) return latents -> new LatentPreview(view, latents);
    Place place = place(run);
    Picture slice = target(run).slice(place);
    Inset inset = new Inset(() -> view.colours(slice, frame()), place.selection(), place.seen());
    return latents -> inset.around(new LatentPreview(view, latents));
  }

  @Override
  public Map<String, ?> resolved() {
    return image.options().mapping().resolved();
  }

  @Override
  public void describe(Info info) {
    image.describe(info, view());
  }

  @Override
  public void finish(int run, Answer answer) {
    Repainting repainting = repainting(run);
    try (NDManager memory = model.manager().newSubManager()) {
      Fitted made =
          repainting.replace(
              answer.picture(),
              () -> reconstructed(repainting, memory),
              request(run).seed(),
              memory);
      levels.addAll(made.levels());
      noises.addAll(made.noises());
      rounding.add(repainting.picture());
      if (repairs) target(run).mark(place(run));
      invented = repairs;
      if (isLast(run)) add(run, () -> inFloat(run, Optional.of(made.picture())));
    }
    if (hasSeeds()) image.labelSeed(place(run), request(run).seed());
  }

  @Override
  public void skip(int run) {
    target(run);
    if (isLast(run)) add(run, () -> inFloat(run, Optional.empty()));
  }

  /** Returns whether an answer is whole after a run. */
  private boolean isLast(int run) {
    return !answers.areSeveral() || run % places.size() == places.size() - 1;
  }

  private void add(int run, Supplier<ImagePlus> inFloat) {
    Request answer = answers.request(request, answers.areSeveral() ? run / places.size() : 0);
    images.add(target(run).image(), answer, inFloat);
    target = null;
  }

  @Override
  public boolean hasResult(int done) {
    return answers.areSeveral() ? done >= places.size() : done > 0;
  }

  /** Returns the copy into which a run paints; each answer has one. */
  private RepaintedImage target(int run) {
    if (!answers.areSeveral()) return image;
    if (target == null) target = image.again();
    return target;
  }

  /** Several places hold together what earlier ones have made, of 32 bit alone. */
  private ImagePlus inFloat(int run, Optional<NDArray> picture) {
    if (places.size() > 1) return image.calibrated(target(run).image().duplicate());
    RepaintedImage single = image.inFloat();
    picture.ifPresent(made -> single.region(place(run)).replace(made));
    return single.calibrated(single.image());
  }

  private NDArray reconstructed(Repainting repainting, NDManager memory) {
    return sharesSource()
        ? source.reconstructed(repainting::reconstructed)
        : repainting.reconstructed(memory);
  }

  @Override
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>(image.notes());
    warnings.addAll(Repair.notes(request));
    Map<Selection, Place> each = new LinkedHashMap<>(); // many slices may have one selection
    places.forEach(place -> each.putIfAbsent(place.selection(), place));
    each.values().stream()
        .map(place -> Fitting.of(image.options().region(), place.selection(), place.seen()))
        .map(Fitting::warnings)
        .filter(some -> !some.isEmpty())
        .findFirst()
        .ifPresent(warnings::addAll);
    return warnings;
  }

  @Override
  public ImagePlus predicted(int run, NDArray latents) {
    return image.predicted(place(run), view(run), latents);
  }

  /** Adds the levels and noises of all colours, slice after slice. */
  @Override
  public void describeResult(Info info) {
    images.describe(info);
    info.put(rounding);
    if (invented) info.put(Repair.INFO, image.bounds());
    if (!levels.isEmpty()) {
      info.put("levelGain", join(levels, Level::gain));
      info.put("levelOffset", join(levels, Level::offset));
    }
    if (!noises.isEmpty()) info.put("detailNoise", join(noises, Double::doubleValue));
  }

  private static <T> String join(List<T> fitted, ToDoubleFunction<T> value) {
    return fitted.stream()
        .map(one -> Numbers.text(value.applyAsDouble(one)))
        .collect(Collectors.joining(","));
  }

  private boolean hasSeeds() {
    boolean isOneEach = places.size() > 1 && !image.areas().areSeveralRuns();
    return isOneEach && image.options().slices().isConsecutive();
  }

  @Override
  public String label(int run) {
    if (answers.areSeveral()) return Answers.label(request(run));
    String slice = ImageStart.super.label(run);
    return hasSeeds() ? slice + ", seed " + request(run).seed() : slice;
  }

  @Override
  public Results statistics() {
    Results statistics = images.statistics();
    return image
        .labels()
        .map(labels -> statistics.with(LabelImage.ROLE, labels))
        .orElse(statistics);
  }

  @Override
  public ImagePlus result() {
    return image.calibrated(answers.areSeveral() ? images.image() : image.image());
  }
}
