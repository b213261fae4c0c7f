package sc.fiji.latentdiffusion.commands;

import ij.IJ;
import java.nio.file.Path;
import org.scijava.plugin.Plugin;
import org.scijava.service.AbstractService;
import org.scijava.service.SciJavaService;
import org.scijava.service.Service;
import sc.fiji.latentdiffusion.images.Estimates;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.pipeline.LoadedModels;

/**
 * Keeps the model that was used last, so that the next run starts at once; frees it with the
 * context. Nothing native is touched before the first run.
 */
@Plugin(type = Service.class)
public final class DiffusionService extends AbstractService implements SciJavaService {

  /** The system property that names the folder in which models are found by name. */
  public static final String MODELS_PROPERTY = "latentdiffusion.models";

  private LoadedModels models;
  private ImageDiffusion images;

  /** The verbs on images, working with the models of this service. */
  public synchronized ImageDiffusion images() {
    if (images == null) {
      images = new ImageDiffusion(models(), modelsFolder());
    }
    return images;
  }

  /** What those verbs will take. */
  public Estimates estimates() {
    return new Estimates(models(), modelsFolder());
  }

  private synchronized LoadedModels models() {
    if (models == null) {
      models = new LoadedModels();
    }
    return models;
  }

  /**
   * The folder in which models are found by name: what the system property {@value
   * #MODELS_PROPERTY} says, else {@code models/diffusion} in ImageJ's folder, else in the working
   * directory.
   */
  public static Path modelsFolder() {
    String folder = System.getProperty(MODELS_PROPERTY);
    if (folder != null) {
      return Path.of(folder);
    }
    String imagej = IJ.getDirectory("imagej");
    return Path.of(imagej == null ? "" : imagej, "models", "diffusion");
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
