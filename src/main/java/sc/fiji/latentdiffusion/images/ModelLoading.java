/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import ij.ImagePlus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import sc.fiji.latentdiffusion.addons.Added;
import sc.fiji.latentdiffusion.engine.NativeLibrary;
import sc.fiji.latentdiffusion.images.addons.AddOnFiles;
import sc.fiji.latentdiffusion.images.results.PreviewKind;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.models.LatentSpace;
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

  /** Returns the latents of a request's model, which may be an autoencoder alone. */
  LatentSpace latents(Request request) throws IOException {
    return models.declaration(request, folder.get()).latents();
  }

  /**
   * Returns the declaration of a request's model; nothing is loaded.
   *
   * @throws IOException also if it is an autoencoder alone
   */
  Declaration declaration(Request request) throws IOException {
    Declaration declaration = models.declaration(request, folder.get());
    declaration.requireDenoiser(request.model());
    return declaration;
  }

  /**
   * Checks that DDIM can be run backwards with a request's model; nothing is loaded.
   *
   * @throws IllegalArgumentException if not, with a message for the user
   */
  void requireInvertible(Request request) throws IOException {
    Model model = Model.find(request.names(), folder.get());
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
    LatentDiffusion model = models.get(request, addOns.added(), folder.get());
    preview.prepare(model, folder.get());
    return model;
  }

  /**
   * Loads a model to encode or decode alone; the user may stop before that.
   *
   * @param work what follows, for the progress
   * @throws CancellationException if the user has cancelled
   */
  LatentDiffusion forVae(Request request, Progress progress, String work) throws IOException {
    progress.update(0, 1, message());
    LatentDiffusion loaded = models.forVae(request, folder.get());
    if (progress.mustStop()) {
      throw new CancellationException("Canceled after the model was loaded.");
    }
    progress.update(0, 1, work);
    return loaded;
  }

  /** Loads a model anew; the one before is freed. */
  LatentDiffusion anew(Request request) throws IOException {
    models.close();
    return models.get(request, Added.NONE, folder.get());
  }

  /** Returns whether a model is kept. */
  boolean isLoaded() {
    return models.isLoaded();
  }

  /** Frees the model that is kept. */
  void release() {
    models.close();
  }

  private static String message() {
    return NativeLibrary.mustBeUnpacked() ? NativeLibrary.UNPACKING : "Loading the model";
  }
}
