/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.training;

import ai.djl.ndarray.NDManager;
import com.google.gson.Gson;
import ij.ImagePlus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.engine.Hardware;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.images.results.Versions;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.keys.MacroCall;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.progress.Progress;
import sc.fiji.latentdiffusion.training.Example;
import sc.fiji.latentdiffusion.training.Training;
import sc.fiji.latentdiffusion.training.TrainingFiles;
import sc.fiji.latentdiffusion.training.TrainingMemory;
import sc.fiji.latentdiffusion.training.TrainingState;

/** Trains a LoRA on the slices of an image. */
public final class LoraTraining {

  /** Makes a picture of a request. */
  public interface Painter {

    /**
     * Makes one.
     *
     * @param progress may stop it
     */
    ImagePlus picture(Request request, Progress progress) throws IOException;
  }

  private final Path modelsFolder;
  private final MacroCall call;
  private final Painter painter;

  /**
   * @param modelsFolder in which models are found and LoRAs written
   * @param call of the command
   * @param painter makes the samples
   */
  public LoraTraining(Path modelsFolder, MacroCall call, Painter painter) {
    this.modelsFolder = modelsFolder;
    this.call = call;
    this.painter = painter;
  }

  /** A training whose image, options and files have been checked; its model is not loaded. */
  public final class Checked {

    private final ImagePlus image;
    private final TrainingPictures pictures;
    private final TrainingOptions options;
    private final TrainingFiles files;
    private final Optional<TrainingState> state;

    private Checked(ImagePlus image, ChannelMapping mapping, TrainingOptions options)
        throws IOException {
      this.image = image;
      this.options = options;
      pictures = new TrainingPictures(image, mapping, options);
      files = options.files(modelsFolder);
      Model model = options.found(modelsFolder);
      files.requireWritable(options.replaces(), TrainingMemory.fileBytes(model, options.recipe()));
      state = state(options);
    }

    /**
     * Trains, and writes the LoRA into the models folder.
     *
     * @param progress in steps; a user who stops it gets what was learned
     * @return the samples, "Training samples", the plot "Training loss" and the table "Training"
     * @throws IllegalArgumentException if the model can't be trained, or not in this memory
     * @throws IOException if a file can't be read or written
     */
    public Results train(Progress progress) throws IOException {
      return trained(image, pictures, options, files, state, progress);
    }
  }

  /**
   * Checks a training.
   *
   * @param image of any type; all its slices, or the bounds of its selection in them, are pictures
   * @param mapping of values to colours
   * @param options with all that follows from the model
   * @throws IllegalArgumentException if the image or an option is not suitable
   * @throws IOException if a file can't be read, or the folder not be written
   */
  public Checked checked(ImagePlus image, ChannelMapping mapping, TrainingOptions options)
      throws IOException {
    return new Checked(image, mapping, options);
  }

  private Optional<TrainingState> state(TrainingOptions options) throws IOException {
    if (!options.continues()) return Optional.empty();
    TrainingState state = TrainingState.read(options.continued(modelsFolder).state());
    if (state.steps() < options.recipe().steps()) return Optional.of(state);
    throw new IllegalArgumentException(
        "steps is the number of steps in all, "
            + options.recipe().steps()
            + ", but "
            + options.resume()
            + " has taken "
            + state.steps()
            + " already. Choose more.");
  }

  private Results trained(
      ImagePlus image,
      TrainingPictures pictures,
      TrainingOptions options,
      TrainingFiles files,
      Optional<TrainingState> state,
      Progress progress)
      throws IOException {
    Model model = options.found(modelsFolder);
    Hardware hardware = Hardware.of(options.used(), options.device(), 0);
    TrainingMemory.of(model, options.recipe(), hardware.precision().dtype().bytes())
        .require(hardware.memory());
    List<Example> examples = examples(pictures, hardware);
    Map<String, String> deciding = deciding(model, pictures, examples, options, hardware);
    if (state.isPresent()) state.get().requireSame(deciding);
    try (Training training = new Training(model, options.recipe(), examples, hardware)) {
      if (state.isPresent()) training.resume(state.get());
      Map<String, String> said = said(model, pictures, examples, options);
      TrainingRun run =
          new TrainingRun(
              training,
              options,
              files,
              deciding,
              said,
              lora -> sample(lora, pictures, options, progress));
      return run.made(call, info(image, pictures, model, options, hardware), progress);
    }
  }

  private static List<Example> examples(TrainingPictures pictures, Hardware hardware) {
    try (NDManager manager = hardware.newManager()) {
      return pictures.examples(manager);
    }
  }

  private static Map<String, String> deciding(
      Model model,
      TrainingPictures pictures,
      List<Example> examples,
      TrainingOptions options,
      Hardware hardware)
      throws IOException {
    Map<String, String> deciding = new LinkedHashMap<>();
    deciding.put("model", model.sha256());
    deciding.put("image", TrainingPictures.sha256(examples));
    deciding.put("prompt", new Gson().toJson(examples.stream().map(Example::caption).toList()));
    deciding.putAll(options.deciding());
    deciding.put("precision", hardware.precisionName());
    deciding.put("device", hardware.deviceName());
    return deciding;
  }

  private Map<String, String> said(
      Model model, TrainingPictures pictures, List<Example> examples, TrainingOptions options)
      throws IOException {
    Map<String, String> said = new LinkedHashMap<>();
    said.put("modelspec.title", options.name().strip());
    said.put("modelspec.trigger_phrase", pictures.captions().get(0));
    said.put("modelName", model.name());
    said.put("modelSha256", model.sha256());
    said.put("captions", new Gson().toJson(pictures.captions()));
    said.put("inputs", pictures.described(examples));
    said.put("macro", call.with(options.found()).line());
    return said;
  }

  private Info info(
      ImagePlus image,
      TrainingPictures pictures,
      Model model,
      TrainingOptions options,
      Hardware hardware)
      throws IOException {
    Info info =
        new Info(call.with(options.found()))
            .put("modelName", model.name())
            .put("modelSha256", model.sha256())
            .put("precisionUsed", hardware.precisionName())
            .put("deviceUsed", hardware.deviceName())
            .put("input", image.getTitle())
            .put("region", pictures.region())
            .put("pictures", pictures.count())
            .put("black", pictures.channels().black())
            .put("white", pictures.channels().white());
    Versions.all().forEach(info::put);
    return info;
  }

  /** Makes a picture as Text to Image does by default. */
  private ImagePlus sample(
      Optional<String> lora, TrainingPictures pictures, TrainingOptions options, Progress progress)
      throws IOException {
    Request request =
        Request.defaults()
            .withModel(options.model())
            .withVae(options.vae())
            .withEncoders(options.encoders())
            .withHardware("auto", options.device())
            .withSeed(options.recipe().seed())
            .withPrompt(pictures.captions().get(0), "");
    if (lora.isPresent()) {
      request = request.withAddOn(TrainingOptions.LORA, "\"" + lora.get() + "\"");
    }
    return painter.picture(request, silent(progress));
  }

  /** The progress of a sample, which may be stopped and tells nothing. */
  private static Progress silent(Progress progress) {
    return new Progress() {
      @Override
      public void update(long done, long total, String message) {}

      @Override
      public boolean isCanceled() {
        return progress.isCanceled();
      }
    };
  }
}
