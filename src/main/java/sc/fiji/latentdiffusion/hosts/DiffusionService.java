package sc.fiji.latentdiffusion.hosts;

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
 * Nothing native is touched before the first run.
 */
@Plugin(type = Service.class)
public final class DiffusionService extends AbstractService implements SciJavaService {

  @Parameter private ThreadService threads;

  private LoadedModels models;
  private ImageDiffusion images;
  private ModelLibrary library;

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

  /** Frees the model. */
  @Override
  public synchronized void dispose() {
    if (models != null) {
      models.close();
    }
    models = null;
    images = null;
  }
}
