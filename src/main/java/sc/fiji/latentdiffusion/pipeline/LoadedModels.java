package sc.fiji.latentdiffusion.pipeline;

import java.io.IOException;
import java.nio.file.Path;
import sc.fiji.latentdiffusion.io.Model;

/**
 * Keeps the model that was used last, so that a second run starts at once. Safe for use by several
 * threads; one model is in memory at a time.
 */
public final class LoadedModels implements AutoCloseable {

  private record Key(Path path, String precision, String device) {}

  private Key key;
  private LatentDiffusion loaded;

  /**
   * Gives the model asked for, loading it if it is another than the last.
   *
   * @param model empty for the model in the jar, else a folder, a file or the name of one
   * @param modelsFolder where names are looked for
   * @param precision auto, float32, bfloat16 or float16
   * @param device auto, cpu or gpu
   * @return the model; it stays this object's own, do not close it
   * @throws IOException if it can't be found or read
   */
  public synchronized LatentDiffusion get(
      String model, Path modelsFolder, String precision, String device) throws IOException {
    Model files = Model.find(model, modelsFolder);
    Key wanted = new Key(files.path(), precision, device);
    if (!wanted.equals(key)) {
      close();
      loaded = LatentDiffusion.load(files, precision, device);
      key = wanted;
    }
    return loaded;
  }

  /** Frees the model. */
  @Override
  public synchronized void close() {
    if (loaded != null) {
      loaded.close();
    }
    loaded = null;
    key = null;
  }
}
