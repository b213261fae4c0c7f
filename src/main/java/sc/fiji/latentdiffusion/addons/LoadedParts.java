package sc.fiji.latentdiffusion.addons;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.addons.controlnet.ControlNet;
import sc.fiji.latentdiffusion.addons.controlnet.ControlNetFile;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.models.tiny.TinyDecoder;

/**
 * Networks beside a model's own: the ControlNets of the last run, kept so that the next one starts
 * at once, and a small decoder. They stay this object's own. Safe for use by several threads.
 */
public final class LoadedParts implements AutoCloseable {

  /** A file that was replaced by another is another ControlNet. */
  private record Key(Path path, String sha256) {}

  private final LoadedModel networks;
  private final Map<Key, ControlNet> controlNets = new LinkedHashMap<>();
  private TinyDecoder tinyDecoder;

  public LoadedParts(LoadedModel networks) {
    this.networks = networks;
  }

  /**
   * Gives ControlNets, loading those that the last run had not, and frees the others.
   *
   * @param files in any order, one may stand several times
   * @return as many, in their order
   * @throws IOException if one is damaged, or for another family of models
   */
  public synchronized List<ControlNet> controlNets(List<ControlNetFile> files) throws IOException {
    List<Key> wanted = new ArrayList<>();
    for (ControlNetFile file : files) {
      wanted.add(new Key(file.path(), file.sha256()));
    }
    for (Key key : List.copyOf(controlNets.keySet())) {
      if (!wanted.contains(key)) controlNets.remove(key).close();
    }
    List<ControlNet> nets = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      ControlNet net = controlNets.get(wanted.get(i));
      if (net == null) {
        net = ControlNet.load(files.get(i), networks);
        controlNets.put(wanted.get(i), net);
      }
      nets.add(net);
    }
    return List.copyOf(nets);
  }

  /**
   * Loads the small decoder for the model's latents, if it is not there yet.
   *
   * @param modelsFolder where it is looked for
   * @throws IOException if there is none, saying what to put where, or it is for other latents
   */
  public synchronized void loadTinyDecoder(Path modelsFolder) throws IOException {
    if (tinyDecoder == null) tinyDecoder = TinyDecoder.load(modelsFolder, networks);
  }

  /**
   * Gives the small decoder.
   *
   * @throws IllegalStateException if none was loaded
   */
  public synchronized TinyDecoder tinyDecoder() {
    if (tinyDecoder == null) throw new IllegalStateException("No small decoder was loaded.");
    return tinyDecoder;
  }

  /** Frees all. */
  @Override
  public synchronized void close() {
    controlNets.values().forEach(ControlNet::close);
    controlNets.clear();
    if (tinyDecoder != null) tinyDecoder.close();
    tinyDecoder = null;
  }
}
