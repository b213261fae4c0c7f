/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.zimage;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.io.StoredTensor;

/**
 * The original names of the transformer's tensors ({@code layers.0.attention.qkv.weight}) →
 * diffusers' ({@code layers.0.attention.to_q.weight}, and k and v, which lie in one tensor there).
 */
final class ZImageNames {

  /** What stands before the names in files that hold other networks, too. */
  static final String PREFIX = "model.diffusion_model.";

  /** The token that fills up patches, by which Z-Image is told from Lumina. */
  static final String MARK = "x_pad_token";

  /** A norm that is in the files and that no model uses. */
  private static final String UNUSED = "norm_final.weight";

  private static final String TOGETHER = ".attention.qkv.";
  private static final List<String> APART =
      List.of(".attention.to_q.", ".attention.to_k.", ".attention.to_v.");

  private static final Map<String, String> BEGINNINGS =
      Map.of("x_embedder.", "all_x_embedder.2-1.", "final_layer.", "all_final_layer.2-1.");

  private static final Map<String, String> PARTS =
      Map.of(
          ".attention.q_norm.", ".attention.norm_q.",
          ".attention.k_norm.", ".attention.norm_k.",
          ".attention.out.", ".attention.to_out.0.");

  private ZImageNames() {}

  /**
   * Names all tensors anew.
   *
   * @param original by the names below {@link #PREFIX}; diffusers' own stay
   * @return the same by diffusers' names
   * @throws IOException if a tensor that holds several has another shape
   */
  static Map<String, StoredTensor> toDiffusers(Map<String, StoredTensor> original)
      throws IOException {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, StoredTensor> entry : original.entrySet()) {
      String name = entry.getKey();
      if (name.equals(UNUSED)) continue;
      if (!name.contains(TOGETHER)) {
        tensors.put(diffusers(name), entry.getValue().named(diffusers(name)));
        continue;
      }
      for (int i = 0; i < APART.size(); i++) {
        String part = name.replace(TOGETHER, APART.get(i));
        tensors.put(part, entry.getValue().part(part, i, APART.size()));
      }
    }
    return tensors;
  }

  private static String diffusers(String name) {
    for (Map.Entry<String, String> entry : BEGINNINGS.entrySet()) {
      String beginning = entry.getKey();
      if (name.startsWith(beginning)) return entry.getValue() + name.substring(beginning.length());
    }
    for (Map.Entry<String, String> entry : PARTS.entrySet()) {
      if (name.contains(entry.getKey())) return name.replace(entry.getKey(), entry.getValue());
    }
    return name;
  }
}
