/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import ij.IJ;
import ij.ImagePlus;
import ij.WindowManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.function.Supplier;
import sc.fiji.latentdiffusion.images.addons.AddOnFiles;
import sc.fiji.latentdiffusion.images.areas.AreaOptions;
import sc.fiji.latentdiffusion.images.check.Checking;
import sc.fiji.latentdiffusion.images.latents.Encoding;
import sc.fiji.latentdiffusion.images.latents.LatentSource;
import sc.fiji.latentdiffusion.images.latents.LatentView;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.Channels;
import sc.fiji.latentdiffusion.images.pixels.Picture;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.RegionOptions;
import sc.fiji.latentdiffusion.images.pixels.ResultType;
import sc.fiji.latentdiffusion.images.pixels.Selection;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.images.probe.ProbeOptions;
import sc.fiji.latentdiffusion.images.probe.Probing;
import sc.fiji.latentdiffusion.images.repair.Repair;
import sc.fiji.latentdiffusion.images.results.Preview;
import sc.fiji.latentdiffusion.images.results.PreviewKind;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.images.tables.ModelTables;
import sc.fiji.latentdiffusion.images.training.LoraTraining;
import sc.fiji.latentdiffusion.images.training.TrainingOptions;
import sc.fiji.latentdiffusion.keys.MacroCall;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.LatentSpace;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.StepRange;
import sc.fiji.latentdiffusion.progress.Progress;

/**
 * The verbs on images, which the commands call. A verb returns its results when all of them are
 * whole, shows nothing, and leaves its input as it is. Calls on the same {@link LoadedModels} wait
 * for one another.
 */
public final class ImageDiffusion {

  private final ModelLoading loading;
  private final RunQueue queue;
  private final MacroCall call;
  private final Preview.Display display;
  private final Answers answers;
  private final ResultType type;
  private final Optional<RunGroup> group;

  /**
   * @param models loads the model that a request names, and keeps it
   * @param modelsFolder gives the folder in which models are found by name
   */
  public ImageDiffusion(LoadedModels models, Supplier<Path> modelsFolder) {
    this(
        new ModelLoading(models, modelsFolder),
        new RunQueue(),
        MacroCall.NONE,
        Preview.Display.NONE,
        Answers.ONE,
        ResultType.AUTO,
        Optional.empty());
  }

  private ImageDiffusion(
      ModelLoading loading,
      RunQueue queue,
      MacroCall call,
      Preview.Display display,
      Answers answers,
      ResultType type,
      Optional<RunGroup> group) {
    this.loading = loading;
    this.queue = queue;
    this.call = call;
    this.display = display;
    this.answers = answers;
    this.type = type;
    this.group = group;
  }

  /** Returns the same verbs for a command, which the Info of their results names. */
  public ImageDiffusion calledBy(MacroCall command) {
    return new ImageDiffusion(loading, queue, command, display, answers, type, group);
  }

  /** Returns the same verbs with previews of their runs. */
  public ImageDiffusion previewingOn(Preview.Display window) {
    return new ImageDiffusion(loading, queue, call, window, answers, type, group);
  }

  /**
   * Returns the same verbs with several answers of <i>Text to Image</i> and <i>Image to Image</i>:
   * the slices of their result; of an image, its current slice and frame are repainted.
   */
  public ImageDiffusion answering(Answers wanted) {
    return new ImageDiffusion(loading, queue, call, display, wanted, type, group);
  }

  /** Returns the same verbs with images of another type. */
  public ImageDiffusion withType(ResultType other) {
    return new ImageDiffusion(loading, queue, call, display, answers, other, group);
  }

  /**
   * Returns the same verbs, whose runs wait in a group to be computed with others: they return
   * nothing. A verb that needs more than one run computes at once.
   */
  public ImageDiffusion waitingIn(RunGroup others) {
    return new ImageDiffusion(loading, queue, call, display, answers, type, Optional.of(others));
  }

  /**
   * Computes the runs of a group, which is empty afterwards.
   *
   * @param progress of the pictures that are computed together, in evaluations
   * @return what became of each run, in their order
   * @throws CancellationException if the user cancels
   * @throws IOException never of a single run
   */
  public List<RunGroup.Outcome> run(RunGroup waiting, Progress progress) throws IOException {
    return queue.take(progress, noted -> waiting.computed(loading, noted));
  }

  /**
   * Makes an image from a prompt.
   *
   * @param request all that decides the image; its strength is not used
   * @param stacks which quantities of the run to return as hyperstacks
   * @param progress of the run, in evaluations
   * @return first the image, "Text to Image", RGB or of three 32-bit channels, then the stacks in
   *     the order latents, noise, predicted, decoded. A cancelled run gives the answers and stacks
   *     so far, "(partial)" in the titles
   * @throws IllegalArgumentException if the request can't be fulfilled, with a message for the user
   * @throws IOException if the model or an add-on can't be found or read
   * @throws CancellationException if the user cancels before anything is finished
   */
  public Results textToImage(Request request, Stacks stacks, Progress progress) throws IOException {
    Declaration model = loading.declaration(request);
    int factor = model.latents().factor();
    Request sized = request.withNativeSize(model.size());
    sized.requireFitting(model.latents());
    stacks.further().requireSeen(new Region(0, 0, sized.width(), sized.height()));
    answers.requireMemory(
        ResultMemory.picture(sized, type) + ResultMemory.steps(sized, stacks, factor, type));
    AddOnFiles addOns = loading.find(request, WindowManager::getCurrentImage);
    return run(
        loaded -> new TextToImageStart(loaded, request, answers, type),
        request,
        addOns,
        stacks,
        progress);
  }

  /**
   * Runs steps on the latents in a latent image's current frame.
   *
   * @param latent 32-bit, with the model's number of channels, or a stack of as many slices; its
   *     selection is not used
   * @param request all that decides the result; its size and strength are not used
   * @param range the steps; from −1 reads the first one from the image
   * @param stacks which quantities of the run to return as hyperstacks
   * @param progress of the run, in evaluations
   * @return first the latents, "Denoised", then the stacks in the order latents, noise, predicted,
   *     decoded, last the picture that the latents decode to, "Denoised picture". A cancelled run
   *     gives the stacks so far, "(partial)" in the titles
   * @throws IllegalArgumentException if it is not a latent image, not all its values are finite, or
   *     the request can't be fulfilled, with a message for the user
   * @throws IOException if the model or an add-on can't be found or read
   * @throws CancellationException if the user cancels before anything is finished
   */
  public Results denoiseLatent(
      ImagePlus latent, Request request, StepRange range, Stacks stacks, Progress progress)
      throws IOException {
    LatentSpace space = loading.declaration(request).latents();
    Request sized = Estimates.sized(request, latent, space.factor());
    sized.requireFitting(space);
    stacks.further().requireSeen(new Region(0, 0, sized.width(), sized.height()));
    AddOnFiles addOns = loading.find(request, () -> null);
    return run(
        model -> new DenoiseStart(model, latent, request, range, type),
        request,
        addOns,
        stacks,
        progress);
  }

  /**
   * Repaints the selected area of an image, or all of it, as far as the strength says.
   *
   * @param input an image of 8, 16 or 32 bit, or RGB, with any number of channels, slices and
   *     frames; it stays as it is
   * @param request all that decides the result; its width and height are not used
   * @param options the region that the model sees, the mapping of its values, and the slices
   * @param stacks which quantities of the run to return as hyperstacks; none if strength or steps
   *     leave nothing to do
   * @param progress of the run, in evaluations
   * @return first the result, "Image to Image", a copy of the input in its own type, or as 32-bit,
   *     and calibration with the area replaced, then the stacks in the order latents, noise,
   *     predicted, decoded. A cancelled run gives the finished part, "(partial)" in the titles
   * @throws IllegalArgumentException if the image is not supported or the request can't be
   *     fulfilled, with a message for the user
   * @throws IOException if the model or an add-on can't be found or read
   * @throws CancellationException if the user cancels before anything is finished
   */
  public Results imageToImage(
      ImagePlus input,
      Request request,
      ImageToImageOptions options,
      Stacks stacks,
      Progress progress)
      throws IOException {
    answers.require(options.slices());
    answers.requireMemory(ResultMemory.slice(input, type));
    Declaration declared = loading.declaration(request);
    RepaintedImage image =
        new RepaintedImage(input, options, answers, type, declared.seenChannels());
    Repair.check(input, request, options.region(), image.areas());
    answers.require(image.areas(), type);
    stacks.require(image.areas());
    stacks.further().requireOnePrompt(options.areas().regions());
    AddOnFiles addOns = loading.find(request, () -> input);
    image.requireFitting(request, declared);
    if (Repair.isAskedBy(request)) image.requireSurroundings();
    stacks.further().requireSeen(image.places().get(0).seen());
    image.depth(declared.sight());
    boolean isNew = NewImageStart.isMadeBy(declared, image);
    if (isNew) NewImageStart.require(image, request);
    return run(
        model ->
            isNew
                ? new NewImageStart(model, image, request, answers, type)
                : new ImageToImageStart(model, image, request, answers),
        request,
        addOns,
        stacks,
        progress);
  }

  private Results run(
      Function<LatentDiffusion, ImageStart> start,
      Request request,
      AddOnFiles addOns,
      Stacks stacks,
      Progress progress)
      throws IOException {
    if (group.isPresent()) {
      group.get().add(call, start, request, addOns, stacks);
      return Results.NONE;
    }
    return queue.take(
        progress,
        noted -> {
          LatentDiffusion model = loading.forRun(request, addOns, display.kind(), noted);
          try (ImageStart one = start.apply(model)) {
            return new ImageRun(call, model, addOns, one, stacks, display).made(noted);
          }
        });
  }

  /**
   * Loads a model and runs each of its networks once, at the size that it was made for; nothing is
   * left but the model in memory. If there is one in memory, nothing is done.
   *
   * @param request of which model, autoencoder and hardware are used
   * @param progress of the run; the user may stop in between
   * @throws IOException if the model can't be found or read
   * @throws CancellationException if the user cancels
   */
  public void prepare(Request request, Progress progress) throws IOException {
    if (loading.isLoaded()) return;
    int size = loading.declaration(request).size().width();
    ImagePlus blank = IJ.createImage("", "8-bit black", size, size, 1);
    Region middle = new Region(size / 4, size / 4, size / 2, size / 2);
    blank.setRoi(middle.x(), middle.y(), middle.width(), middle.height());
    RegionOptions seen = RegionOptions.suggested(middle, size);
    Request once = request.withSteps(1).withStrength(1).withSeed(0);
    imageToImage(
        blank,
        once,
        new ImageToImageOptions(seen, ChannelMapping.DISPLAY, Slices.CURRENT),
        Stacks.NONE,
        progress);
  }

  /**
   * Checks that an image is supported and its selection an area, without loading anything.
   *
   * @throws IllegalArgumentException if not, with a message for the user
   */
  public static void check(ImagePlus input) {
    Picture.check(input);
    Selection.of(input, 0);
  }

  /** As {@link #check(ImagePlus)}; the selection is checked only if it is what is repainted. */
  public static void check(ImagePlus input, AreaOptions areas) {
    if (areas.isSelection()) check(input);
    else Picture.check(input);
  }

  /** As below: the latents of the posterior's mean alone. */
  public ImagePlus showLatent(
      ImagePlus input, ChannelMapping mapping, Request request, Progress progress)
      throws IOException {
    return showLatent(input, Encoding.Options.mean(mapping), request, progress).get(Results.RESULT);
  }

  /**
   * Encodes an image, or the bounds of its selection.
   *
   * @param input an image of 8, 16 or 32 bit, or RGB, with any number of channels; it stays as it
   *     is
   * @param options what is shown of the VAE's posterior, and of which slices
   * @param request of which model, autoencoder and hardware are used
   * @param progress of loading and encoding; the user may stop in between
   * @return "Latents" or "Posterior SD", 32-bit, a channel each, an eighth of the region's size
   *     (padded by mirroring); then "Autoencoder error", if it is asked for
   * @throws IllegalArgumentException if the image is not supported
   * @throws IOException if the model can't be found or read
   */
  public Results showLatent(
      ImagePlus input, Encoding.Options options, Request request, Progress progress)
      throws IOException {
    Picture.check(input);
    Selection.of(input, 0).bounds().requireSize(Request.MAX_SIZE);
    Channels.of(input, options.mapping(), loading.latents(request));
    return queue.take(
        progress,
        queued -> {
          LatentDiffusion loaded = loading.forVae(request, queued, "Encoding");
          return new Encoding(input, options, loaded).results(call, queued);
        });
  }

  /**
   * Finds the noise of which DDIM makes a picture's latents.
   *
   * @param input a latent image, of which the current frame is inverted, or any other image: the
   *     current slice, or the bounds of its selection
   * @param mapping of a picture's values to colours
   * @param request all that decides the result; scheduler, seed, size and strength are not used
   * @param stacks which quantities of the run to return as hyperstacks
   * @param error whether to go the way back and return the difference, "Inversion error"
   * @param progress of the run, in evaluations
   * @return first the noise, "Inverted", then the stacks and the error. A cancelled run gives the
   *     stacks so far, "(partial)" in the titles
   * @throws IllegalArgumentException if the image is not supported or the request can't be
   *     fulfilled, with a message for the user
   * @throws IOException if the model or an add-on can't be found or read
   * @throws CancellationException if the user cancels before anything is finished
   */
  public Results invert(
      ImagePlus input,
      ChannelMapping mapping,
      Request request,
      Stacks stacks,
      boolean error,
      Progress progress)
      throws IOException {
    Request asked = request.withScheduler(InvertStart.SCHEDULER).withSeed(0);
    LatentSource.check(input, mapping, loading.declaration(asked).latents());
    loading.requireInvertible(asked);
    AddOnFiles addOns = loading.find(asked, () -> null);
    return queue.take(
        progress,
        noted -> {
          LatentDiffusion model = loading.forRun(asked, addOns, display.kind(), noted);
          InvertStart start = new InvertStart(new LatentSource(input, mapping, model), asked);
          Progress there = error ? noted.part("Way", 0, 2) : noted;
          Results made =
              start.labelled(new ImageRun(call, model, addOns, start, stacks, display).made(there));
          return error ? withError(made, start, model, addOns, noted.part("Way", 1, 2)) : made;
        });
  }

  /** Goes the way back; leaves the results as they are if the user stops it. */
  private Results withError(
      Results made, InvertStart start, LatentDiffusion model, AddOnFiles addOns, Progress progress)
      throws IOException {
    ImagePlus inverted = made.get(Results.RESULT);
    if (inverted == null) return made;
    DenoiseStart back =
        new DenoiseStart(model, inverted, start.request(0), new StepRange(0, -1, false), type);
    try {
      new ImageRun(call, model, addOns, back, Stacks.NONE, Preview.Display.NONE).made(progress);
      return made.with(InvertStart.ERROR, start.error(back.result()));
    } catch (CancellationException e) {
      return made; // the inversion is whole
    }
  }

  /**
   * Compares prompts by the noise that a model expects with each in an image.
   *
   * @param input a latent image's current frame, or any other image: the current slice, or the
   *     bounds of its selection
   * @param request gives model, hardware, the reading of prompts, and add-ons
   * @param options prompts, and how often the model is asked
   * @param progress in levels and prompts
   * @return "Noise error" if it is asked for, and the tables "Prompts" and "Errors by timestep"
   * @throws IllegalArgumentException if the image is not supported, or the model takes no prompts
   * @throws IOException if the model or an add-on can't be found or read
   * @throws CancellationException if the user cancels
   */
  public Results probeNoise(
      ImagePlus input, Request request, ProbeOptions options, Progress progress)
      throws IOException {
    LatentSpace latents = loading.declaration(request).latents();
    LatentSource.check(input, options.mapping(), latents);
    AddOnFiles addOns = loading.find(request, () -> null);
    return queue.take(
        progress,
        noted -> {
          LatentDiffusion model = loading.forRun(request, addOns, PreviewKind.OFF, noted);
          return new Probing(input, options, model, request, addOns).results(call, noted);
        });
  }

  /**
   * Decodes a latent image's current frame.
   *
   * @param latent 32-bit, with the model's number of channels, or a stack of as many slices; its
   *     selection is not used
   * @param request of which model, autoencoder and hardware are used
   * @param progress of loading and decoding; the user may stop in between
   * @return "Decoded", eight times as wide and high: RGB, or 8-bit grey for latents of a grey
   *     image; or 32-bit: three channels, 0…255, or one in the grey image's values
   * @throws IllegalArgumentException if it is not a latent image, or not all its values are finite
   * @throws IOException if the model can't be found or read
   */
  public ImagePlus decodeLatent(ImagePlus latent, Request request, Progress progress)
      throws IOException {
    return queue.take(
        progress,
        queued -> {
          LatentDiffusion loaded = loading.forVae(request, queued, "Decoding");
          return LatentView.picture(call, latent, loaded, type);
        });
  }

  /**
   * Trains a LoRA on all slices of an image, or on the bounds of its selection in them, and writes
   * it into the models folder.
   *
   * @param input an image of 8, 16 or 32 bit, or RGB; it stays as it is
   * @param mapping of values to colours
   * @param options with all that follows from the model
   * @param progress in steps; a user who stops it gets what was learned
   * @return "Training samples", the plot "Training loss" and the table "Training"
   * @throws IllegalArgumentException if image, model or an option is not suitable
   * @throws IOException if a file can't be read or written
   */
  public Results trainLora(
      ImagePlus input, ChannelMapping mapping, TrainingOptions options, Progress progress)
      throws IOException {
    LoraTraining.Painter painter =
        (request, silent) ->
            calledBy(MacroCall.NONE)
                .previewingOn(Preview.Display.NONE)
                .textToImage(request, Stacks.NONE, silent)
                .get(Results.RESULT);
    LoraTraining.Checked training =
        new LoraTraining(loading.modelsFolder(), call, painter).checked(input, mapping, options);
    return queue.take(
        progress,
        noted -> {
          loading.release();
          return training.train(noted);
        });
  }

  /**
   * Checks a model on this computer: schedulers, networks, and reference numbers beside it.
   *
   * @param request of which model, autoencoder and hardware are used
   * @param progress in facts
   * @return the table "Check", a row for each fact, whether it holds or not
   * @throws IllegalArgumentException if this machine has no such device or can't use the precision
   * @throws IOException if the model can't be found or read
   * @throws CancellationException if the user cancels
   */
  public Results checkModel(Request request, Progress progress) throws IOException {
    Checking.Loader loader = type -> loading.anew(request.withHardware(type, request.device()));
    return queue.take(progress, noted -> new Checking(loader, noted).results(request.precision()));
  }

  /** Returns the verbs that make tables of a model's files; they run no network. */
  public ModelTables tables() {
    return new ModelTables(loading.modelsFolder(), call);
  }
}
