/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.Map;
import sc.fiji.latentdiffusion.models.prompts.Prompts;
import sc.fiji.latentdiffusion.nn.Kernels;

/** Remembers the conditioning of the last prompts. Safe for use by several threads. */
public final class EncodedPrompts implements Conditioner {

  private static final int KEPT = 16;

  private record Key(Prompts prompts, int width, int height) {}

  private final Map<Key, Conditioning> kept = new LinkedHashMap<>(KEPT, 0.75f, true);
  private final Conditioner conditioner;
  private final Kernels kernels;
  private final NDManager manager;

  /**
   * @param conditioner encodes prompts that are not remembered; it is closed separately
   * @param kernels copy
   * @param manager owner of the remembered conditioning, until {@link #close}
   */
  public EncodedPrompts(Conditioner conditioner, Kernels kernels, NDManager manager) {
    this.conditioner = conditioner;
    this.kernels = kernels;
    this.manager = manager.newSubManager();
  }

  @Override
  public synchronized Conditioning encode(Prompts prompts, int width, int height, NDManager owner) {
    Key key = new Key(prompts, width, height);
    Conditioning conditioning = kept.get(key);
    if (conditioning == null) {
      conditioning = conditioner.encode(prompts, width, height, manager);
      kept.put(key, conditioning);
      dropEldest();
    }
    return conditioning.copied(array -> kernels.tensors().copy(owner, array));
  }

  private void dropEldest() {
    if (kept.size() <= KEPT) return;
    Conditioning eldest = kept.remove(kept.keySet().iterator().next());
    for (NDArray array : new NDArray[] {eldest.states(), eldest.added()}) {
      if (array != null) array.close();
    }
  }

  @Override
  public Conditioning joined(NDArray states, NDArray text, float[][] ids, NDManager owner) {
    return conditioner.joined(states, text, ids, owner);
  }

  @Override
  public Map<Integer, Integer> widths() {
    return conditioner.widths();
  }

  @Override
  public synchronized void close() {
    kept.clear();
    manager.close();
  }
}
