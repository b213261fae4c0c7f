/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts;

import java.util.Map;
import org.scijava.log.LogService;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.scijava.service.AbstractService;
import org.scijava.service.SciJavaService;
import org.scijava.service.Service;
import org.scijava.thread.ThreadService;
import sc.fiji.latentdiffusion.images.Estimates;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.library.ModelLibrary;

/**
 * Keeps the last model loaded, which lets the next run start at once; frees it with the context.
 * Nothing native is touched before the first dialog or run.
 */
@Plugin(type = Service.class)
public final class DiffusionService extends AbstractService implements SciJavaService {

  @Parameter private ThreadService threads;
  @Parameter private LogService log;

  private LoadedModels models;
  private ImageDiffusion images;
  private ModelLibrary library;
  private Preparation preparation;

  /** The verbs on images, working with the models of this service. */
  public synchronized ImageDiffusion images() {
    if (images == null) {
      images = new ImageDiffusion(models(), ModelsFolder::get);
    }
    return images;
  }

  /** Estimates of the time and memory that those verbs take. */
  public Estimates estimates() {
    return new Estimates(models(), ModelsFolder::get);
  }

  private synchronized LoadedModels models() {
    if (models == null) {
      models = new LoadedModels();
    }
    return models;
  }

  /** The models to choose from. */
  public synchronized ModelLibrary library() {
    if (library == null) {
      library = new ModelLibrary(ModelsFolder::get, threads.getExecutorService());
    }
    return library;
  }

  /**
   * A dialog is open: what its run needs of a built-in model is loaded in the background.
   *
   * @param texts of the dialog's fields, by key
   */
  final synchronized void opened(Map<String, String> texts) {
    if (preparation == null) {
      preparation = new Preparation(images(), threads.getExecutorService(), log);
    }
    preparation.begin(texts);
  }

  /** Frees the model. */
  @Override
  public synchronized void dispose() {
    if (preparation != null) {
      preparation.end();
    }
    preparation = null;
    if (models != null) {
      models.close();
    }
    models = null;
    images = null;
  }
}
