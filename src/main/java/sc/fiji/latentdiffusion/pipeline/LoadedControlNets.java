package sc.fiji.latentdiffusion.pipeline;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.io.ControlNetFile;
import sc.fiji.latentdiffusion.models.ControlNet;
import sc.fiji.latentdiffusion.models.Networks;

/** Keeps the ControlNets of the last run, so that the next one starts at once. */
final class LoadedControlNets implements AutoCloseable {

  /** A file that was replaced by another is another ControlNet. */
  private record Key(Path path, String sha256) {}

  private final Networks networks;
  private final Map<Key, ControlNet> loaded = new LinkedHashMap<>();

  LoadedControlNets(Networks networks) {
    this.networks = networks;
  }

  /**
   * Gives those asked for, loading those that the last run had not, and frees the others.
   *
   * @return as many as files, in their order; they stay this object's own
   * @throws IOException if one can't be read or is for another family of models
   */
  synchronized List<ControlNet> get(List<ControlNetFile> files) throws IOException {
    List<Key> wanted = new ArrayList<>();
    for (ControlNetFile file : files) {
      wanted.add(new Key(file.path(), file.sha256()));
    }
    for (Key key : List.copyOf(loaded.keySet())) {
      if (!wanted.contains(key)) loaded.remove(key).close();
    }
    List<ControlNet> nets = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      ControlNet net = loaded.get(wanted.get(i));
      if (net == null) {
        net = ControlNet.load(files.get(i), networks);
        loaded.put(wanted.get(i), net);
      }
      nets.add(net);
    }
    return List.copyOf(nets);
  }

  /** Frees all. */
  @Override
  public synchronized void close() {
    loaded.values().forEach(ControlNet::close);
    loaded.clear();
  }
}
