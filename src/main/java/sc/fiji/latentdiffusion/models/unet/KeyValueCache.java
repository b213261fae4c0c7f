/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.unet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import sc.fiji.latentdiffusion.models.AttentionProbe;
import sc.fiji.latentdiffusion.models.Conditioning;

/**
 * The prompts as one network uses them: the conditioning, and the keys and values that its
 * cross-attentions make of it. They are the same at every step of a run and are made once. Not for
 * use by several threads.
 */
public final class KeyValueCache {

  private final Conditioning conditioning;
  private final NDArray states;
  private final NDManager owner;
  private final Map<String, NDArray> keysAndValues = new HashMap<>();
  private AttentionProbe probe;

  /**
   * @param conditioning of the prompts
   * @param states of each token, {@code [b, tokens, d]}, in the precision of the network
   * @param owner owns keys and values
   */
  KeyValueCache(Conditioning conditioning, NDArray states, NDManager owner) {
    this.conditioning = conditioning;
    this.states = states;
    this.owner = owner;
  }

  /** Sets who looks at the attention layers, or null for nobody. */
  void watch(AttentionProbe watching) {
    probe = watching;
  }

  /** Returns who looks at the attention layers; null for nobody. */
  AttentionProbe probe() {
    return probe;
  }

  public Conditioning conditioning() {
    return conditioning;
  }

  /**
   * Gives an attention's keys and values.
   *
   * @param place of the attention in its network
   * @param projection makes them of the tokens' states, once
   * @return {@code [b, tokens, 2 c]}: keys, then values
   */
  NDArray keysAndValues(String place, UnaryOperator<NDArray> projection) {
    return keysAndValues.computeIfAbsent(
        place,
        key -> {
          NDArray made = projection.apply(states);
          made.attach(owner);
          return made;
        });
  }
}
