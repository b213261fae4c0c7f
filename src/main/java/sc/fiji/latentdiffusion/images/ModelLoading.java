package sc.fiji.latentdiffusion.images;

import ij.ImagePlus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import sc.fiji.latentdiffusion.engine.NativeLibrary;
import sc.fiji.latentdiffusion.images.addons.AddOnFiles;
import sc.fiji.latentdiffusion.images.results.PreviewKind;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.progress.Progress;
import sc.fiji.latentdiffusion.schedulers.solvers.DDIMInverse;

/** Finds what a request names in the models folder, and loads it; the progress says so. */
final class ModelLoading {

  private final LoadedModels models;
  private final Supplier<Path> folder;

  /**
   * @param models keeps what it has loaded
   * @param folder gives the folder in which models are found by name
   */
  ModelLoading(LoadedModels models, Supplier<Path> folder) {
    this.models = models;
    this.folder = folder;
  }

  /** Returns the folder in which models are found by name, as it is now. */
  Path modelsFolder() {
    return folder.get();
  }

  /** Returns the declaration of a request's model; nothing is loaded. */
  Declaration declaration(Request request) throws IOException {
    return models.declaration(request, folder.get());
  }

  /**
   * Checks that DDIM can be run backwards with a request's model; nothing is loaded.
   *
   * @throws IllegalArgumentException if not, with a message for the user
   */
  void requireInvertible(Request request) throws IOException {
    Model model = Model.find(request.model(), folder.get());
    DDIMInverse.require(Families.noiseSchedule(model));
  }

  /**
   * Finds the files and images of a request's add-ons.
   *
   * @param active gives the image of entries that name none; null for none
   */
  AddOnFiles find(Request request, Supplier<ImagePlus> active) throws IOException {
    return new AddOnFiles(request.addOns(), active, folder.get());
  }

  /**
   * Loads a model for a run.
   *
   * @param addOns whose changes of weights are made
   * @param preview is prepared
   */
  LatentDiffusion forRun(Request request, AddOnFiles addOns, PreviewKind preview, Progress progress)
      throws IOException {
    progress.update(0, request.steps(), message());
    LatentDiffusion model =
        models.get(
            request.model(), addOns.added(), folder.get(), request.precision(), request.device());
    preview.prepare(model, folder.get());
    return model;
  }

  /**
   * Loads a model to encode or decode alone; the user may stop before that.
   *
   * @param work what follows, for the progress
   * @throws CancellationException if the user has cancelled
   */
  LatentDiffusion forVae(
      String model, String precision, String device, Progress progress, String work)
      throws IOException {
    progress.update(0, 1, message());
    LatentDiffusion loaded = models.forVae(model, folder.get(), precision, device);
    if (progress.mustStop()) {
      throw new CancellationException("Canceled after the model was loaded.");
    }
    progress.update(0, 1, work);
    return loaded;
  }

  /** Loads a model anew; the one before is freed. */
  LatentDiffusion anew(String model, String precision, String device) throws IOException {
    models.close();
    return models.get(model, folder.get(), precision, device);
  }

  /** Frees the model that is kept. */
  void release() {
    models.close();
  }

  private static String message() {
    return NativeLibrary.mustBeUnpacked() ? NativeLibrary.UNPACKING : "Loading the model";
  }
}
