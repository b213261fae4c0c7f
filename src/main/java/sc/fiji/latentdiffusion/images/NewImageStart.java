/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ij.ImagePlus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.images.areas.LabelImage;
import sc.fiji.latentdiffusion.images.areas.Place;
import sc.fiji.latentdiffusion.images.pixels.Calibrated;
import sc.fiji.latentdiffusion.images.pixels.Canvas;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.RegionOptions;
import sc.fiji.latentdiffusion.images.pixels.ResultType;
import sc.fiji.latentdiffusion.images.pixels.Rounding;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.images.results.AnswerStack;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Sight;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Start;
import sc.fiji.latentdiffusion.sampler.Answer;
import sc.fiji.latentdiffusion.views.View;

/**
 * Runs of a model that sees places of an image and makes a new one of each: larger, of other
 * channels, or of values that are no picture. Several slices, or answers, are a stack.
 */
final class NewImageStart implements ImageStart {

  private final LatentDiffusion model;
  private final RepaintedImage source;
  private final Request request;
  private final Answers answers;
  private final ResultType type;
  private final AnswerImages images;
  private final AnswerStack slices = new AnswerStack(RepaintedImage.TITLE);
  private final Rounding rounding = new Rounding();

  NewImageStart(
      LatentDiffusion model,
      RepaintedImage source,
      Request request,
      Answers answers,
      ResultType type) {
    this.model = model;
    this.source = source;
    this.request = request.withDrawnSeed();
    this.answers = answers;
    this.type = type;
    images = new AnswerImages(RepaintedImage.TITLE, answers);
  }

  /**
   * Returns whether a model makes a new image of one.
   *
   * @param image whose channels count
   */
  static boolean isMadeBy(Declaration model, RepaintedImage image) {
    if (model.sight().isEmpty()) return false;
    Sight sight = model.sight().get();
    boolean isOther = model.latents().pictureChannels() != image.seenChannels();
    return sight.isEnlarging()
        || sight.values().isPresent()
        || sight.surroundings() == Sight.Surroundings.FREE && isOther;
  }

  /**
   * Checks that no key asks for a result that lies in the image.
   *
   * @throws IllegalArgumentException if one does; the message names it
   */
  static void require(RepaintedImage image, Request request) {
    ImageToImageOptions options = image.options();
    RegionOptions region = options.region();
    check(request.strength() > 0, "strength", "above 0", request.strength());
    check(region.feather() == 0, "feather", "0", region.feather());
    check(region.detail() == 0, "detail", "0", region.detail());
    check(!region.level(), "level", "false", "true");
    check(!options.areas().isEach(), "areas", "together", "each");
    check(options.areas().mask().isBlank(), "mask", "empty", options.areas().mask());
    check(options.slices().coherence() == 0, "coherence", "0", options.slices().coherence());
    Region first = image.places().get(0).selection().bounds();
    for (Place place : image.places()) {
      Region bounds = place.selection().bounds();
      boolean isAlike = bounds.width() == first.width() && bounds.height() == first.height();
      check(isAlike, "the areas of all slices", "of one size", first + " and " + bounds);
    }
  }

  private static void check(boolean holds, String key, String expected, Object found) {
    if (holds) return;
    throw new IllegalArgumentException(
        "The model makes a new image of what it sees, which nothing is painted into: "
            + key
            + " must be "
            + expected
            + ", but is "
            + found
            + ".");
  }

  private Place place(int run) {
    return source.places().get(run % source.places().size());
  }

  private int times() {
    return model.declaration().enlargement();
  }

  @Override
  public int runs() {
    return source.places().size() * answers.count();
  }

  @Override
  public int batch() {
    return answers.areSeveral() ? answers.batch() : 1;
  }

  @Override
  public String unit() {
    return answers.areSeveral() ? Answers.UNIT : ImageStart.super.unit();
  }

  private ModelView seen(int run) {
    return ModelView.of(model, place(run).seen(), source.options().region());
  }

  @Override
  public ModelView view() {
    return view(0);
  }

  @Override
  public ModelView view(int run) {
    return seen(run).ofResult();
  }

  @Override
  public Region frame() {
    return source.frame();
  }

  @Override
  public Calibrated calibration() {
    return Calibrated.of(source.image()).scaled(1.0 / times());
  }

  @Override
  public Slices.Position position(int run) {
    return source.options().slices().isCurrent() ? null : place(run).at();
  }

  @Override
  public Request request(int run) {
    return answers.areSeveral()
        ? answers.request(request, run)
        : source.options().slices().request(request, run);
  }

  @Override
  public Start start(int run, NDManager memory) {
    NDArray picture = seen(run).tensor(source.region(place(run)), memory);
    int noise = source.options().shown().noiseLevel();
    return new Start.FromPicture(
        picture,
        Optional.empty(),
        List.of(),
        new Start.FromPicture.Beside(Optional.empty(), noise),
        Optional.empty());
  }

  @Override
  public String label(int run) {
    return answers.areSeveral() ? Answers.label(request(run)) : ImageStart.super.label(run);
  }

  @Override
  public List<String> warnings() {
    return source.notes();
  }

  @Override
  public Map<String, ?> resolved() {
    return source.options().mapping().resolved();
  }

  @Override
  public void describe(Info info) {
    source.describe(info, seen(0));
  }

  @Override
  public ImagePlus predicted(int run, NDArray latents) {
    ModelView view = view(run);
    Canvas canvas = view.canvas(type);
    view.decode(latents, canvas.picture());
    return canvas.image("");
  }

  @Override
  public void finish(int run, Answer answer) {
    Canvas canvas = made(run, answer, type);
    rounding.add(canvas.picture());
    ImagePlus image = canvas.image(RepaintedImage.TITLE);
    bounds(run).applyTo(image);
    if (source.places().size() > 1) slices.add(image, label(run));
    else images.add(image, request(run), () -> made(run, answer, ResultType.FLOAT).image(""));
  }

  private Calibrated bounds(int run) {
    return calibration().of(place(run).selection().bounds().times(times()));
  }

  /** Returns the selection's bounds of what was made, without the context. */
  private Canvas made(int run, Answer answer, ResultType wanted) {
    ModelView view = view(run);
    Region bounds = place(run).selection().bounds().times(times());
    Region all = view.seen();
    ModelView whole = ModelView.of(model, bounds);
    Canvas canvas = whole.canvas(wanted);
    int top = bounds.y() - all.y();
    int left = bounds.x() - all.x();
    View part = new View(top, left, bounds.height(), bounds.width());
    NDArray sized = view.sized(answer.picture());
    try (NDArray own = part.of(sized, sized.getManager())) {
      canvas.picture().replace(own);
    }
    return canvas;
  }

  @Override
  public void describeResult(Info info) {
    images.describe(info);
    info.put(rounding);
  }

  @Override
  public Results statistics() {
    Results statistics = images.statistics();
    return source
        .labels()
        .map(labels -> statistics.with(LabelImage.ROLE, labels))
        .orElse(statistics);
  }

  @Override
  public ImagePlus result() {
    if (source.places().size() == 1) return images.image();
    int frames = source.options().slices().isCurrent() ? 1 : source.image().getNFrames();
    return slices.image(slices.size() % frames == 0 ? frames : 1);
  }
}
