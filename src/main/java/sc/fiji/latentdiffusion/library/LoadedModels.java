/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.library;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import sc.fiji.latentdiffusion.addons.Added;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.ModelStamp;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Speed;

/**
 * Keeps the model that was used last, for a second run to start at once. A model whose weights or
 * settings were replaced is loaded anew. Safe for use by several threads; one model is in memory at
 * a time.
 */
public final class LoadedModels implements AutoCloseable {

  /** A model is another one after a file of it, or of a change of its weights, was replaced. */
  private record Key(
      Path path, ModelStamp stamp, List<Object> changes, String precision, String device) {

    static Key of(Model model, List<Object> changes, String precision, String device) {
      return new Key(model.path(), model.stamp(), changes, precision, device);
    }
  }

  private final Map<Key, Speed> speeds = new ConcurrentHashMap<>();
  private final Map<Key, ModelSize> sizes = new ConcurrentHashMap<>();
  private Key key;
  private LatentDiffusion loaded;

  /**
   * Gives the model asked for, loading it if it is another than the last.
   *
   * @param model empty for the built-in model, else a folder, a file or the name of one
   * @param modelsFolder where names are looked for
   * @param precision auto, float32, bfloat16 or float16
   * @param device auto, cpu or gpu
   * @return the model; it stays this object's own, do not close it
   * @throws IOException if it can't be found or read
   */
  public LatentDiffusion get(String model, Path modelsFolder, String precision, String device)
      throws IOException {
    return get(model, Added.NONE, modelsFolder, precision, device);
  }

  /**
   * Gives the model asked for with changed weights, loading it if it is another than the last.
   *
   * @param model empty for the built-in model, else a folder or the name of one
   * @param added gives the changes of its weights
   * @param modelsFolder where names are looked for
   * @param precision auto, float32, bfloat16 or float16
   * @param device auto, cpu or gpu
   * @return the model; it stays this object's own, do not close it
   * @throws IOException if it or an add-on can't be found or read, or an add-on does not fit it
   */
  public LatentDiffusion get(
      String model, Added added, Path modelsFolder, String precision, String device)
      throws IOException {
    return get(Model.find(model, modelsFolder), added, precision, device);
  }

  /**
   * Gives a request's model with changed weights, loading it if it is another than the last. With
   * another autoencoder it is another model.
   *
   * @param request of which model, autoencoder and hardware are used
   * @param added gives the changes of its weights
   * @param modelsFolder where names are looked for
   * @return the model; it stays this object's own, do not close it
   * @throws IOException as {@link #get(String, Added, Path, String, String)}, or if it is an
   *     autoencoder alone
   */
  public LatentDiffusion get(Request request, Added added, Path modelsFolder) throws IOException {
    Model files = Model.find(request.names(), modelsFolder);
    size(files, request).declaration().requireDenoiser(request.model());
    return get(files, added, request.precision(), request.device());
  }

  private synchronized LatentDiffusion get(
      Model files, Added added, String precision, String device) throws IOException {
    Key wanted = Key.of(files, added.identity(), precision, device);
    if (!wanted.equals(key)) {
      close();
      loaded = ModelLoader.load(files, added, precision, device);
      speeds.put(Key.of(files, List.of(), precision, device), loaded.speed());
      key = wanted;
    }
    return loaded;
  }

  /**
   * Gives the model asked for, for its VAE alone. Add-ons do not change the VAE: the last model is
   * given with any changes. If another model is loaded, only the weights of its VAE will be read.
   *
   * @param request of which model, autoencoder and hardware are used
   * @param modelsFolder where names are looked for
   * @return the model; it stays this object's own, do not close it
   * @throws IOException if it can't be found or read
   */
  public synchronized LatentDiffusion forVae(Request request, Path modelsFolder)
      throws IOException {
    Model files = Model.find(request.names(), modelsFolder);
    String precision = request.precision();
    String device = request.device();
    boolean same = key != null && Key.of(files, key.changes(), precision, device).equals(key);
    return same ? loaded : get(files, Added.NONE, precision, device);
  }

  /** How fast a model was when it ran last as a request asks; nothing is loaded. */
  Speed speed(Model model, Request request) {
    return speeds.getOrDefault(key(model, request), new Speed());
  }

  /** What the files of a model say; they are read once. */
  ModelSize size(Model model, Request request) throws IOException {
    Key asked = key(model, request);
    ModelSize known = sizes.get(asked);
    if (known == null) {
      known = ModelSize.of(model, request.precision(), request.device());
      sizes.put(asked, known);
    }
    return known;
  }

  /**
   * Returns the declaration of a request's model; its files are read once.
   *
   * @param modelsFolder where names are looked for
   * @throws IOException if the model can't be found or read
   */
  public Declaration declaration(Request request, Path modelsFolder) throws IOException {
    return size(Model.find(request.names(), modelsFolder), request).declaration();
  }

  private static Key key(Model model, Request request) {
    return Key.of(model, List.of(), request.precision(), request.device());
  }

  /** Returns whether a model is in memory. */
  public synchronized boolean isLoaded() {
    return loaded != null;
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
