package sc.fiji.latentdiffusion.images;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ij.IJ;
import ij.ImagePlus;
import ij.ImageStack;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import sc.fiji.latentdiffusion.io.ModelFolder;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.LoadedModels;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;

/**
 * The verbs on images: what the commands call. Each returns its results only when all of them are
 * whole, shows nothing, and leaves its input as it is. Calls on the same {@link LoadedModels} wait
 * for one another.
 */
public final class ImageDiffusion {

  private static final String TEXT_TO_IMAGE = "Text to Image...";
  private static final String IMAGE_TO_IMAGE = "Image to Image...";
  private static final String SHOW_LATENT = "Show Latent...";
  private static final String DECODE_LATENT = "Decode Latent...";
  private static final String SHOW_SCHEDULE = "Show Schedule...";

  private final LoadedModels models;
  private final Path modelsFolder;

  /**
   * Verbs on the models that are kept loaded.
   *
   * @param models loads the model that a request names
   * @param modelsFolder where models are found by name
   */
  public ImageDiffusion(LoadedModels models, Path modelsFolder) {
    this.models = models;
    this.modelsFolder = modelsFolder;
  }

  /**
   * Makes a picture from words.
   *
   * @param request all that decides the picture; its strength is of no importance
   * @param stacks which quantities of the run to return as hyperstacks
   * @param progress told and asked between U-Net evaluations
   * @return first the picture, "Text to Image", RGB, then the stacks in the order latents, noise,
   *     predicted, decoded
   * @throws IllegalArgumentException if the request can't be fulfilled, with a message for the user
   * @throws IOException if the model can't be found or read
   * @throws CancellationException if {@code progress} asked to stop
   */
  public List<ImagePlus> textToImage(Request request, Stacks stacks, Progress progress)
      throws IOException {
    synchronized (models) {
      LatentDiffusion model = load(request, progress);
      return Failures.told(() -> textToImage(model, request, stacks, progress));
    }
  }

  private static List<ImagePlus> textToImage(
      LatentDiffusion model, Request request, Stacks stacks, Progress progress) throws IOException {
    try (Run run = model.textToImage(request)) {
      log(TEXT_TO_IMAGE, run.warnings());
      Picture picture = Picture.blank(run.request().width(), run.request().height());
      ImageRun images = new ImageRun(model, run, picture.region(), stacks, progress);
      images.into(picture);
      ImagePlus result = new ImagePlus("Text to Image", picture.pixels());
      Info info =
          Info.of(TEXT_TO_IMAGE, MacroKeys.textToImage(run.request(), stacks), model).put(run);
      return finished(result, images.stacks(Place.uncalibrated()), info);
    }
  }

  /**
   * Replaces the region that is selected in an image, or all of it, as far as the strength says.
   *
   * @param input an image of 8, 16 or 32 bit grey, or RGB; it stays as it is
   * @param request all that decides the result; its width and height are not looked at
   * @param stacks which quantities of the run to return as hyperstacks; none where strength or
   *     steps leave nothing to do
   * @param progress told and asked between U-Net evaluations
   * @return first the result, "Image to Image", a copy of the input in its own type and calibration
   *     with the region replaced, then the stacks in the order latents, noise, predicted, decoded
   * @throws IllegalArgumentException if the image is of no kind that can be worked on or the
   *     request can't be fulfilled, with a message for the user
   * @throws IOException if the model can't be found or read
   * @throws CancellationException if {@code progress} asked to stop
   */
  public List<ImagePlus> imageToImage(
      ImagePlus input, Request request, Stacks stacks, Progress progress) throws IOException {
    Picture.check(input);
    Region region = Region.of(input);
    ImagePlus result = Copies.of(input, "Image to Image");
    Picture picture = new Picture(result.getProcessor(), region);
    synchronized (models) {
      LatentDiffusion model = load(request, progress);
      return Failures.told(
          () -> imageToImage(model, request, result, input.getTitle(), picture, stacks, progress));
    }
  }

  private static List<ImagePlus> imageToImage(
      LatentDiffusion model,
      Request request,
      ImagePlus result,
      String title,
      Picture picture,
      Stacks stacks,
      Progress progress)
      throws IOException {
    try (NDManager manager = model.manager().newSubManager();
        Run run = model.imageToImage(request, picture.tensor(manager, model.factor()))) {
      log(IMAGE_TO_IMAGE, run.warnings());
      Region region = picture.region();
      ImageRun images = new ImageRun(model, run, region, stacks, progress);
      if (run.hasNext()) {
        images.into(picture);
      }
      Info info =
          Info.of(IMAGE_TO_IMAGE, MacroKeys.imageToImage(run.request(), stacks), model)
              .put(run)
              .put(title, picture, model.factor());
      if (run.size() == 0) {
        unchanged(info, request);
      }
      return finished(result, images.stacks(Place.of(result).of(region)), info);
    }
  }

  private static void unchanged(Info info, Request request) {
    String note =
        String.format(
            "Strength %s of %d steps leaves no step: the result equals the input.",
            Info.number(request.strength()), request.steps());
    log(IMAGE_TO_IMAGE, List.of(note));
    info.put("note", note);
  }

  /**
   * The latents of an image, or of the rectangle selected in it: the VAE's posterior mean, scaled.
   *
   * @param input an image of 8, 16 or 32 bit grey, or RGB; it stays as it is
   * @param model empty for the model in the jar, else a folder or the name of one
   * @param precision auto, float32, bfloat16 or float16
   * @param device auto, cpu or gpu
   * @return "Latents", 32-bit, a channel each, an eighth of the region's size (padded by mirroring)
   * @throws IllegalArgumentException if the image is of no kind that can be worked on
   * @throws IOException if the model can't be found or read
   */
  public ImagePlus showLatent(ImagePlus input, String model, String precision, String device)
      throws IOException {
    Picture.check(input);
    Picture picture = new Picture(input.getProcessor(), Region.of(input));
    synchronized (models) {
      LatentDiffusion loaded = models.get(model, modelsFolder, precision, device);
      return Failures.told(() -> showLatent(input, picture, loaded, model));
    }
  }

  private static ImagePlus showLatent(
      ImagePlus input, Picture picture, LatentDiffusion model, String name) throws IOException {
    try (NDManager manager = model.manager().newSubManager()) {
      NDArray latents = model.encode(picture.tensor(manager, model.factor()), manager);
      int channels = Math.toIntExact(latents.getShape().get(1));
      ImageStack stack =
          new ImageStack((int) latents.getShape().get(3), (int) latents.getShape().get(2));
      LatentImages.add(stack, latents, "latents of " + input.getTitle());
      ImagePlus result = LatentImages.image("Latents", stack, channels);
      Place.of(input).of(picture.region()).scaled(model.factor()).applyTo(result);
      Info info = Info.of(SHOW_LATENT, keys(model, name), model);
      info.put(input.getTitle(), picture, model.factor()).applyTo(result);
      return result;
    }
  }

  /**
   * The picture of a latent image's current frame.
   *
   * @param latent 32-bit, with the model's number of channels, or a stack of as many slices; a
   *     selection in it is not looked at
   * @param model empty for the model in the jar, else a folder or the name of one
   * @param precision auto, float32, bfloat16 or float16
   * @param device auto, cpu or gpu
   * @return "Decoded", RGB, eight times as wide and high
   * @throws IllegalArgumentException if it is no latent image, or not all its values are finite
   * @throws IOException if the model can't be found or read
   */
  public ImagePlus decodeLatent(ImagePlus latent, String model, String precision, String device)
      throws IOException {
    synchronized (models) {
      LatentDiffusion loaded = models.get(model, modelsFolder, precision, device);
      return Failures.told(() -> decodeLatent(latent, loaded, model));
    }
  }

  private static ImagePlus decodeLatent(ImagePlus latent, LatentDiffusion model, String name)
      throws IOException {
    try (NDManager manager = model.manager().newSubManager()) {
      NDArray latents = LatentImages.tensor(latent, model.latentChannels(), manager);
      Region pixels = Region.decoded(latent.getWidth(), latent.getHeight(), model.factor());
      ImagePlus result = new ImagePlus("Decoded", ImageRun.decode(model, latents, pixels));
      Place.of(latent).scaled(1.0 / model.factor()).applyTo(result);
      Info info = Info.of(DECODE_LATENT, keys(model, name), model);
      info.put("input", latent.getTitle()).put("frame", latent.getFrame()).applyTo(result);
      return result;
    }
  }

  /**
   * What schedulers plan for a model, of which only {@code scheduler_config.json} is read.
   *
   * @param request its model, steps and strength count
   * @param scheduler what the user said: a name, {@code all}, or names with commas between them
   * @param names of the schedulers that this means
   * @return plots and a table
   * @throws IllegalArgumentException if the strength leaves no step, or the config asks for what
   *     the schedulers can't do
   * @throws IOException if the model can't be found or read
   */
  public Schedule showSchedule(Request request, String scheduler, List<String> names)
      throws IOException {
    ModelFolder model = ModelFolder.find(request.model(), modelsFolder);
    Info info =
        new Info(
                SHOW_SCHEDULE,
                MacroKeys.schedule(request.steps(), request.strength(), scheduler, request.model()))
            .put("modelName", model.name())
            .put("plugin", Versions.plugin())
            .put("imagej", IJ.getFullVersion());
    return Schedule.of(LatentDiffusion.noiseSchedule(model), request, names, info);
  }

  private LatentDiffusion load(Request request, Progress progress) throws IOException {
    progress.update(0, request.steps(), "Loading the model");
    return models.get(
        request.model(), request.loras(), modelsFolder, request.precision(), request.device());
  }

  private static void log(String label, List<String> notes) {
    notes.forEach(note -> IJ.log(label.replace("...", ": ") + note));
  }

  private static Map<String, Object> keys(LatentDiffusion model, String name) {
    return MacroKeys.latent(name, model.precision(), model.device());
  }

  private static List<ImagePlus> finished(ImagePlus result, List<ImagePlus> stacks, Info info) {
    List<ImagePlus> all = new ArrayList<>();
    all.add(result);
    all.addAll(stacks);
    all.forEach(info::applyTo);
    return List.copyOf(all);
  }
}
