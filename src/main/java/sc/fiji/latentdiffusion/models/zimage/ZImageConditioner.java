/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.zimage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import sc.fiji.latentdiffusion.models.Conditioner;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.Loading;
import sc.fiji.latentdiffusion.models.prompts.Prompts;
import sc.fiji.latentdiffusion.models.qwen3.Qwen3TextEncoder;

/**
 * Conditioning of Z-Image: the states of Qwen3 before its last layer, as many as a prompt has
 * tokens.
 *
 * @param encoder whose weights are in memory only while prompts are encoded
 * @param loading has the precision of the run
 */
record ZImageConditioner(Qwen3TextEncoder encoder, Loading loading) implements Conditioner {

  @Override
  public Conditioning encode(Prompts prompts, int width, int height, NDManager owner) {
    try (NDManager local = owner.newSubManager()) {
      List<NDArray> states = encoder.states(prompts.batch(), local);
      List<Integer> lengths = states.stream().map(text -> (int) text.getShape().get(1)).toList();
      NDArray all = Conditioning.filled(states, local);
      NDArray cast = loading.kernels().tensors().cast(owner, all, loading.precision());
      return new Conditioning(cast, lengths, null);
    }
  }
}
