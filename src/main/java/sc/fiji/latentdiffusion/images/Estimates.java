/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import ij.ImagePlus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import sc.fiji.latentdiffusion.engine.Hardware;
import sc.fiji.latentdiffusion.engine.Memory;
import sc.fiji.latentdiffusion.images.areas.Areas;
import sc.fiji.latentdiffusion.images.latents.LatentSource;
import sc.fiji.latentdiffusion.images.pixels.Channels;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.ResultType;
import sc.fiji.latentdiffusion.images.pixels.Selection;
import sc.fiji.latentdiffusion.images.probe.ProbeOptions;
import sc.fiji.latentdiffusion.images.repair.Repair;
import sc.fiji.latentdiffusion.images.results.LatentImages;
import sc.fiji.latentdiffusion.images.results.LatentStep;
import sc.fiji.latentdiffusion.images.training.TrainingOptions;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.library.Estimate;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.library.PromptNotes;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.models.LatentSpace;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Speed;
import sc.fiji.latentdiffusion.pipeline.Start;
import sc.fiji.latentdiffusion.pipeline.StepRange;
import sc.fiji.latentdiffusion.probes.NoiseProbe;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.solvers.DDIMInverse;
import sc.fiji.latentdiffusion.training.Crops;
import sc.fiji.latentdiffusion.training.Recipe;
import sc.fiji.latentdiffusion.training.TrainingMemory;

/**
 * Estimates the time and memory of the verbs of {@link ImageDiffusion}, quickly and without loading
 * a model. They throw the {@link IllegalArgumentException} or {@link IOException} that the run
 * would throw, with a message for the user.
 */
public final class Estimates {

  private final LoadedModels models;
  private final Supplier<Path> modelsFolder;
  private final Answers answers;
  private final ResultType type;

  /**
   * @param models know the speed of earlier runs
   * @param modelsFolder where models are found by name, asked each time
   */
  public Estimates(LoadedModels models, Supplier<Path> modelsFolder) {
    this(models, modelsFolder, Answers.ONE, ResultType.AUTO);
  }

  private Estimates(
      LoadedModels models, Supplier<Path> modelsFolder, Answers answers, ResultType type) {
    this.models = models;
    this.modelsFolder = modelsFolder;
    this.answers = answers;
    this.type = type;
  }

  /** Returns estimates of several answers of <i>Text to Image</i> and <i>Image to Image</i>. */
  public Estimates answering(Answers wanted) {
    return new Estimates(models, modelsFolder, wanted, type);
  }

  /** Returns estimates of results of another type. */
  public Estimates withType(ResultType other) {
    return new Estimates(models, modelsFolder, answers, other);
  }

  /** Estimates text to image. */
  public Estimate textToImage(Request request) throws IOException {
    Request sized = request.withNativeSize(declaration(request).size());
    answers.requireMemory(ResultMemory.picture(sized, type));
    return of(
        answers.atOnce(request).withStrength(1),
        (asked, model) -> asked.withNativeSize(model.size()),
        Optional.empty(),
        answers.count(),
        Speed.Coding.NONE);
  }

  /** Estimates image to image of the chosen slices of an image's selection. */
  public Estimate imageToImage(ImagePlus input, Request request, ImageToImageOptions options)
      throws IOException {
    Channels.check(input, options.mapping(), declaration(request).seenChannels());
    answers.requireMemory(ResultMemory.slice(input, type));
    Areas areas = new Areas(input, options.areas(), options.region(), options.slices());
    Repair.check(input, request, options.region(), areas);
    answers.require(areas, type);
    Region seen = areas.largestSeen();
    Estimate one =
        of(
            answers.atOnce(request),
            (asked, model) -> {
              Request sized = ModelView.sized(asked, seen, options.region(), model);
              return Start.FromPicture.whole(sized, model.sight());
            },
            Optional.empty(),
            answers.count() * areas.places().size(),
            coding(areas, options.region().detail()));
    return one.times(options.areas().areRegionsTogether() ? prompted(areas, request) : 1);
  }

  /** The picture is encoded, and for detail decoded from that; once for all answers if they can. */
  private Speed.Coding coding(Areas areas, double detail) {
    int pictures = areas.places().size();
    int each = pictures == 1 ? 1 : pictures * answers.count();
    return detail > 0 ? new Speed.Coding(2 * each, each) : new Speed.Coding(each, 0);
  }

  /** Returns how many times as long an evaluation takes with the prompts of all regions. */
  private static double prompted(Areas areas, Request request) {
    int prompts = 1 + areas.prompts().size();
    double share = request.guidance().share();
    return (prompts + share) / (1 + share);
  }

  /** Estimates steps on latents. */
  public Estimate denoiseLatent(ImagePlus latent, Request request, StepRange range)
      throws IOException {
    requireLatent(latent, request);
    int from =
        range.from() == -1 ? LatentStep.of(latent).map(LatentStep::done).orElse(0) : range.from();
    return of(
        request,
        (asked, model) -> sized(asked, latent, model.latents().factor()),
        Optional.of(new StepRange(Math.min(from, request.steps() - 1), range.to(), range.noised())),
        1,
        Speed.Coding.NONE);
  }

  /**
   * Estimates an inversion.
   *
   * @param request with its steps
   * @param both whether it goes the way back, too
   */
  public Estimate invert(ImagePlus input, Request request, boolean both) throws IOException {
    int ways = both ? 2 : 1;
    return encoded(
        input,
        request,
        (speed, schedule, sized) -> {
          int evaluations = DDIMInverse.plan(schedule, request.steps()).evaluations().size();
          return ways * speed.seconds(evaluations, sized);
        });
  }

  /** Estimates a probe of the noise in an image. */
  public Estimate probeNoise(ImagePlus input, Request request, ProbeOptions options)
      throws IOException {
    NoiseProbe.Options noise = options.noise();
    int evaluations = noise.evaluations(options.prompts().size());
    Request atOnce = request.withSampling(request.sampling().withBatch(noise.batch()));
    return encoded(input, atOnce, (speed, schedule, sized) -> speed.evaluating(evaluations, sized));
  }

  /** Estimates a verb on the latents of an image. */
  private Estimate encoded(ImagePlus input, Request request, Estimate.Time time)
      throws IOException {
    LatentSource.check(input);
    Estimate.Size size =
        (asked, model) -> {
          LatentSpace space = model.latents();
          Region padded = LatentSource.region(input, space.factor()).padded(space.pixelMultiple());
          return asked.withSize(padded.width(), padded.height());
        };
    Speed.Coding coding = LatentSource.isLatent(input) ? Speed.Coding.NONE : new Speed.Coding(1, 0);
    return Estimate.of(
        request,
        modelsFolder.get(),
        size,
        models,
        (speed, schedule, sized) -> time.of(speed, schedule, sized) + speed.seconds(coding, sized));
  }

  /** Returns a copy of a request with the size of the picture that latents decode to. */
  static Request sized(Request request, ImagePlus latent, int factor) {
    Region pixels = Region.decoded(latent.getWidth(), latent.getHeight(), factor);
    return request.withSize(pixels.width(), pixels.height());
  }

  /**
   * Refuses more pictures of a request than ImageJ's memory holds.
   *
   * @param count of the pictures
   * @param named the pictures, for the message
   * @throws IllegalArgumentException if they take more
   * @throws IOException if the model can't be found or read
   */
  public void requireMemory(int count, Request request, String named) throws IOException {
    Request sized = request.withNativeSize(declaration(request).size());
    ResultMemory.require(count, ResultMemory.picture(sized, type), named);
  }

  /**
   * Returns the declaration of a request's model.
   *
   * @throws IOException if the model can't be found or read
   */
  private Declaration declaration(Request request) throws IOException {
    return models.declaration(request, modelsFolder.get());
  }

  /**
   * Checks that an image can hold latents of a request's model.
   *
   * @throws IllegalArgumentException if not, with a message for the user
   */
  public void requireLatent(ImagePlus latent, Request request) throws IOException {
    LatentImages.check(latent, declaration(request).latents().channels());
  }

  /** Notes on a region that is far from the model's size, and on the prompts of regions. */
  public List<String> areaNotes(ImagePlus input, Request request, ImageToImageOptions options)
      throws IOException {
    Areas areas = new Areas(input, options.areas(), options.region(), options.slices());
    List<String> notes = new ArrayList<>(areas.notes());
    for (String prompt : areas.prompts()) {
      notes.addAll(PromptNotes.of(request.withPrompt(prompt, ""), modelsFolder.get()));
    }
    sizeNote(areas, request, options).ifPresent(notes::add);
    return notes;
  }

  private Optional<String> sizeNote(Areas areas, Request request, ImageToImageOptions options)
      throws IOException {
    Region seen = areas.largestSeen();
    return options.region().sizeNote(seen, declaration(request).nativeSize(), request.tiling());
  }

  /**
   * Returns a note if steps on latents need earlier steps, which an image does not hold.
   *
   * @throws IOException if the model can't be found or read
   */
  public Optional<String> historyNote(ImagePlus latent, Request request, StepRange range)
      throws IOException {
    Model model = Model.find(request.names(), modelsFolder.get());
    NoiseSchedule schedule =
        Families.noiseSchedule(model).forLatents(latent.getWidth(), latent.getHeight());
    return range.historyNote(schedule, request);
  }

  /**
   * Estimates the memory of a training, and checks what can be checked before it.
   *
   * @throws IllegalArgumentException if the training would be refused
   * @throws IOException if the model can't be found or read
   */
  public Estimate training(ImagePlus input, TrainingOptions options) throws IOException {
    Model model = options.found(modelsFolder.get());
    Recipe recipe = options.resolved(modelsFolder.get()).recipe();
    Region region = Selection.of(input, 0).bounds();
    Crops.requireRoom(region.width(), region.height(), recipe.size());
    options.requireFree(modelsFolder.get());
    TrainingMemory memory = TrainingMemory.of(model, recipe, Float.BYTES);
    Memory present = Hardware.expectedMemory(options.device());
    return new Estimate(Double.NaN, memory.bytes(), present.bytes(), List.of());
  }

  private Estimate of(
      Request request, Estimate.Size size, Optional<StepRange> range, int runs, Speed.Coding coding)
      throws IOException {
    return Estimate.of(request, modelsFolder.get(), size, range, runs, coding, models);
  }
}
