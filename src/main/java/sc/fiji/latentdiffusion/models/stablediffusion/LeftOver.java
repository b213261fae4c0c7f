/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.stablediffusion;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.io.kinds.TensorKind;

/**
 * The tensors of a single file that lie beside its model, as merging and training tools leave them.
 * Those of the training's noise schedule, running averages and markers tell nothing more.
 */
final class LeftOver {

  private static final Pattern KNOWN =
      Pattern.compile(
          "^model_ema\\.|^(betas|alphas_cumprod|alphas_cumprod_prev|sqrt_\\w+|log_one_minus_\\w+"
              + "|posterior_\\w+|logvar|lvlb_weights|scale_factor|v_pred|ztsnr|global_step"
              + "|denoiser\\.sigmas|edm_vpred\\.sigma_(min|max))$"
              + "|\\.(logit_scale|position_ids)$");

  private LeftOver() {}

  /**
   * Names the tensors beside a model.
   *
   * @param file for the message
   * @param names of its tensors
   * @param used the beginnings of the names that are used
   * @return a note, or none
   */
  static List<String> notes(Object file, Set<String> names, Collection<String> used) {
    Map<String, List<String>> kinds = new TreeMap<>();
    for (String name : names) {
      if (KNOWN.matcher(name).find() || used.stream().anyMatch(name::startsWith)) continue;
      String kind =
          TensorKind.of(Set.of(name)).map(found -> "of " + found.text()).orElse("of no known kind");
      kinds.computeIfAbsent(kind, key -> new ArrayList<>()).add(name);
    }
    if (kinds.isEmpty()) return List.of();
    List<String> parts = new ArrayList<>();
    kinds.forEach((kind, all) -> parts.add(all.size() + " " + kind + " (" + some(all) + ")"));
    return List.of(
        file
            + " holds tensors beside the model that are not used: "
            + String.join(", ", parts)
            + ". The pictures are those of the model without them.");
  }

  private static String some(List<String> names) {
    return names.get(0) + (names.size() > 1 ? ", …" : "");
  }
}
