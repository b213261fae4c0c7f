package sc.fiji.latentdiffusion.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import sc.fiji.latentdiffusion.models.clip.Prompt;
import sc.fiji.latentdiffusion.nn.Kernels;

/** The conditioning of the prompts that were used last. Safe for use by several threads. */
final class EncodedPrompts implements AutoCloseable {

  private static final int KEPT = 16;

  /** All that decides a conditioning but the networks. */
  record Key(Prompt negative, Prompt prompt, int width, int height) {}

  private final Map<Key, Conditioning> kept = new LinkedHashMap<>(KEPT, 0.75f, true);
  private final Kernels kernels;
  private final NDManager manager;

  /**
   * @param kernels copy
   * @param manager of the model
   */
  EncodedPrompts(Kernels kernels, NDManager manager) {
    this.kernels = kernels;
    this.manager = manager.newSubManager();
  }

  /**
   * Gives the conditioning of prompts.
   *
   * @param key the prompts
   * @param encode makes it, owned by the manager it is given, if it is not there yet
   * @param owner owns the result
   * @return a copy
   */
  synchronized Conditioning get(
      Key key, Function<NDManager, Conditioning> encode, NDManager owner) {
    Conditioning conditioning = kept.get(key);
    if (conditioning == null) {
      conditioning = encode.apply(manager);
      kept.put(key, conditioning);
      dropEldest();
    }
    return new Conditioning(
        copy(conditioning.promptEmbeds(), owner), copy(conditioning.addedCond(), owner));
  }

  private void dropEldest() {
    if (kept.size() <= KEPT) return;
    Conditioning eldest = kept.remove(kept.keySet().iterator().next());
    eldest.promptEmbeds().close();
    if (eldest.addedCond() != null) eldest.addedCond().close();
  }

  @Override
  public synchronized void close() {
    kept.clear();
    manager.close();
  }

  private NDArray copy(NDArray array, NDManager owner) {
    return array == null ? null : kernels.tensors().copy(owner, array);
  }
}
