/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.models.LoadedModel;

/**
 * The networks of add-ons, for example ControlNets. Those of the last run stay loaded for the next.
 * They belong to this object. Safe for use by several threads.
 */
public final class LoadedParts implements AutoCloseable {

  /** A network of an add-on. */
  public interface Part extends AutoCloseable {

    /** Frees its memory. */
    @Override
    void close();
  }

  /** Loads a part. */
  @FunctionalInterface
  public interface Loader<P extends Part> {

    /**
     * Loads it.
     *
     * @param model that it works with
     * @throws IOException if it is damaged, or for another family of models
     */
    P load(LoadedModel model) throws IOException;
  }

  private final LoadedModel model;
  private final Map<Class<?>, Map<Object, Part>> kinds = new HashMap<>();

  /** No networks beside a model. */
  public LoadedParts(LoadedModel model) {
    this.model = model;
  }

  /**
   * Keeps the parts of one kind that a run needs: loads those that the last run did not need, and
   * frees the others.
   *
   * @param kind of the parts
   * @param wanted loads each, by a key that tells it from other parts of its kind
   * @return the parts by their keys
   * @throws IOException if one is damaged, or for another family of models
   */
  public synchronized <K, P extends Part> Map<K, P> keep(Class<P> kind, Map<K, Loader<P>> wanted)
      throws IOException {
    Map<Object, Part> loaded = kinds.computeIfAbsent(kind, key -> new LinkedHashMap<>());
    for (Object key : List.copyOf(loaded.keySet())) {
      if (!wanted.containsKey(key)) loaded.remove(key).close();
    }
    Map<K, P> kept = new LinkedHashMap<>();
    for (Map.Entry<K, Loader<P>> entry : wanted.entrySet()) {
      Part part = loaded.get(entry.getKey());
      if (part == null) {
        part = entry.getValue().load(model);
        loaded.put(entry.getKey(), part);
      }
      kept.put(entry.getKey(), kind.cast(part));
    }
    return kept;
  }

  /** Frees all. */
  @Override
  public synchronized void close() {
    kinds.values().forEach(loaded -> loaded.values().forEach(Part::close));
    kinds.clear();
  }
}
