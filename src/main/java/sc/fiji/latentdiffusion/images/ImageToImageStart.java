package sc.fiji.latentdiffusion.images;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ij.ImagePlus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import sc.fiji.latentdiffusion.images.fitting.Fitted;
import sc.fiji.latentdiffusion.images.fitting.Fitting;
import sc.fiji.latentdiffusion.images.fitting.Level;
import sc.fiji.latentdiffusion.images.pixels.Calibrated;
import sc.fiji.latentdiffusion.images.pixels.Continuation;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.pixels.Picture;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.Rounding;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.images.repair.Repair;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.images.results.Inset;
import sc.fiji.latentdiffusion.images.results.LatentPreview;
import sc.fiji.latentdiffusion.images.results.Preview;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.keys.Numbers;
import sc.fiji.latentdiffusion.pipeline.Answer;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Start;

/** Runs from the slices of an image back into a copy of it, or into the slices of a stack. */
final class ImageToImageStart implements ImageStart {

  private final RepaintedImage image;
  private final List<Slices.Position> positions;
  private final Request request;
  private final Answers answers;
  private final AnswerImages images;
  private final ModelView view;
  private final boolean repairs;
  private boolean invented;
  private final Fitting fitting;
  private final List<Level> levels = new ArrayList<>();
  private final Rounding rounding = new Rounding();
  private final List<Double> noises = new ArrayList<>();

  ImageToImageStart(LatentDiffusion model, RepaintedImage image, Request request, Answers answers) {
    this.image = image;
    this.request = request.withDrawnSeed();
    this.answers = answers;
    images = new AnswerImages(RepaintedImage.TITLE, answers);
    repairs = Repair.isAskedBy(request);
    positions = image.positions();
    view = ModelView.of(model, image.seen(), image.options().region());
    fitting = repairs ? image.fitting().ofRepair() : image.fitting();
  }

  @Override
  public int runs() {
    return positions.size() * answers.count();
  }

  @Override
  public int batch() {
    return answers.areSeveral() ? answers.batch() : 1;
  }

  @Override
  public String unit() {
    return answers.areSeveral() ? Answers.UNIT : ImageStart.super.unit();
  }

  /** Returns the position of a run; all answers have one. */
  private Slices.Position at(int run) {
    return positions.get(answers.areSeveral() ? 0 : run);
  }

  @Override
  public ModelView view() {
    return view;
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
    return image.options().slices().isCurrent() ? null : at(run);
  }

  @Override
  public Request request(int run) {
    return answers.areSeveral()
        ? answers.request(request, run)
        : image.options().slices().request(request, run);
  }

  @Override
  public Start start(int run, NDManager memory) {
    NDArray picture = view.tensor(image.region(at(run)), memory);
    return new Start.FromPicture(picture, mask(run, memory));
  }

  /** Returns how much each latent pixel may change; empty if all may change. */
  private Optional<NDArray> mask(int run, NDManager memory) {
    if (repairs) return Optional.of(view.mask(image.invented(at(run)), memory));
    return image.selection().covers(image.seen())
        ? Optional.empty()
        : Optional.of(view.mask(image.selection(), memory));
  }

  /** Returns previews of the whole slice, if it is not too large. */
  @Override
  public Function<NDArray, Preview> previews(int run) {
    if (!Inset.isPossible(frame())) return ImageStart.super.previews(run);
    Picture slice = image.slice(at(run));
    Inset inset = new Inset(() -> view.colours(slice, frame()), image.selection(), image.seen());
    return latents -> inset.around(new LatentPreview(view, latents));
  }

  @Override
  public Map<String, ?> resolved() {
    return image.options().mapping().resolved();
  }

  @Override
  public void describe(Info info) {
    image.describe(info, view);
  }

  @Override
  public void finish(int run, Answer answer) {
    RepaintedImage target = target();
    Picture slice = target.region(at(run));
    try (NDManager memory = view.model().manager().newSubManager()) {
      NDArray picture = view.sized(answer.picture());
      NDArray made =
          fitting.isNone() && !repairs
              ? picture
              : fitted(picture, slice, request(run).seed(), memory);
      slice.replace(made);
      rounding.add(slice);
      if (repairs) target.mark(at(run));
      invented = repairs;
      images.add(target.image(), request(run), () -> inFloat(run, Optional.of(made)));
    }
    if (hasSeeds()) image.labelSeed(at(run), request(run).seed());
  }

  @Override
  public void skip(int run) {
    images.add(target().image(), request(run), () -> inFloat(run, Optional.empty()));
  }

  private RepaintedImage target() {
    return answers.areSeveral() ? image.again() : image;
  }

  private ImagePlus inFloat(int run, Optional<NDArray> picture) {
    RepaintedImage target = image.inFloat();
    picture.ifPresent(made -> target.region(at(run)).replace(made));
    return target.calibrated(target.image());
  }

  private NDArray fitted(NDArray picture, Picture target, long seed, NDManager memory) {
    NDArray before = fitting.givesDetail() ? view.reconstructed(target, memory) : null;
    Fitted fitted = Fitted.of(picture, before, target, fitting, seed, memory);
    levels.addAll(fitted.levels());
    noises.addAll(fitted.noises());
    NDArray result = fitted.picture();
    return repairs ? Continuation.withConstants(target, result, memory) : result;
  }

  @Override
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>(image.note().stream().toList());
    warnings.addAll(Repair.notes(request));
    warnings.addAll(fitting.warnings());
    return warnings;
  }

  @Override
  public ImagePlus predicted(int run, NDArray latents) {
    return image.predicted(at(run), view, latents);
  }

  /** Adds the levels and noises of all colours, slice after slice. */
  @Override
  public void describeResult(Info info) {
    images.describe(info);
    info.put(rounding);
    if (invented) info.put(Repair.INFO, image.selection().bounds());
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
    return positions.size() > 1 && image.options().slices().isConsecutive();
  }

  @Override
  public String label(int run) {
    if (answers.areSeveral()) return Answers.label(request(run));
    String slice = ImageStart.super.label(run);
    return hasSeeds() ? slice + ", seed " + request(run).seed() : slice;
  }

  @Override
  public Results statistics() {
    return images.statistics();
  }

  @Override
  public ImagePlus result() {
    return image.calibrated(answers.areSeveral() ? images.image() : image.image());
  }
}
