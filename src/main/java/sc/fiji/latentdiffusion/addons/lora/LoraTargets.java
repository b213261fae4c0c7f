/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.plugins.Spelling;

/**
 * The layers of a model that a LoRA can change, found by any of the names that LoRAs have for them:
 * dots and underscores are the same, a prefix names the component.
 */
final class LoraTargets {

  private static final String WEIGHT = ".weight";
  private static final String BIAS = ".bias";

  private final Map<String, Map<String, List<LoraTarget>>> layers = new LinkedHashMap<>();
  private final Declaration.LoraNames names;

  /**
   * @param tensors of each component, by name
   * @param names that LoRAs have for them
   */
  LoraTargets(Map<String, Map<String, StoredTensor>> tensors, Declaration.LoraNames names) {
    this.names = names;
    tensors.forEach((component, named) -> layers.put(component, named(component, named)));
  }

  private Map<String, List<LoraTarget>> named(String component, Map<String, StoredTensor> tensors) {
    Map<String, List<LoraTarget>> layers = new HashMap<>();
    Map<String, LoraTarget> modules = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (name.endsWith(WEIGHT) && !name.contains("embeddings.")) {
            String module = name.substring(0, name.length() - WEIGHT.length());
            Optional<StoredTensor> bias = Optional.ofNullable(tensors.get(module + BIAS));
            modules.put(module, new LoraTarget(component, name, tensor, bias));
          } else if (name.equals(LoraTarget.TRANSPOSED) && tensor.shape().length == 2) {
            modules.put(name, new LoraTarget(component, name, tensor, Optional.empty()));
          }
        });
    names
        .aliases()
        .of(modules.keySet())
        .forEach((module, alias) -> add(layers, squashed(alias), modules.get(module)));
    layers.replaceAll((name, targets) -> parts(targets));
    modules.forEach((module, layer) -> layers.put(bare(squashed(module)), List.of(layer)));
    return layers;
  }

  private static void add(Map<String, List<LoraTarget>> layers, String name, LoraTarget target) {
    layers.computeIfAbsent(name, key -> new ArrayList<>()).add(target);
  }

  private static List<LoraTarget> parts(List<LoraTarget> targets) {
    if (targets.size() == 1) return targets;
    long all = targets.stream().mapToLong(target -> target.weight().shape()[0]).sum();
    List<LoraTarget> parts = new ArrayList<>();
    long first = 0;
    for (LoraTarget target : targets) {
      parts.add(target.asRows(first, all));
      first += target.weight().shape()[0];
    }
    return parts;
  }

  /** Returns a name with underscores for dots, and without the prefix of peft or LyCORIS. */
  static String squashed(String module) {
    return module
        .replace('.', '_')
        .replaceFirst("^(base_model_model|lycoris)_", "")
        .replace("_processor_to_", "_to_");
  }

  private static String bare(String squashed) {
    return squashed.replaceFirst("^text_model_", "");
  }

  /** Returns the component by the prefix of a squashed name. */
  Optional<String> component(String squashed) {
    return prefix(squashed).map(names.prefixes()::get);
  }

  private Optional<String> prefix(String squashed) {
    return names.prefixes().keySet().stream().filter(squashed::startsWith).findFirst();
  }

  /**
   * Returns a squashed name without its prefix, which some programs write twice; and with it, as a
   * layer's own name may begin so. The shortest is first.
   */
  private List<String> unprefixed(String squashed) {
    List<String> names = new ArrayList<>(List.of(bare(squashed)));
    Optional<String> component = component(squashed);
    String rest = squashed;
    while (component.isPresent() && component(rest).equals(component)) {
      rest = rest.substring(prefix(rest).orElseThrow().length());
      names.add(0, bare(rest));
    }
    return names;
  }

  /** Returns the components that have layers. */
  List<String> components() {
    return List.copyOf(layers.keySet());
  }

  /** Returns the layer of a squashed name, or the layers whose rows are one there; or none. */
  List<LoraTarget> find(String squashed) {
    String prefix = prefix(squashed).orElse("");
    List<String> names = unprefixed(squashed);
    return candidates(prefix)
        .flatMap(named -> names.stream().flatMap(name -> spellings(name).stream()).map(named::get))
        .filter(layer -> layer != null)
        .findFirst()
        .orElse(List.of());
  }

  private Stream<Map<String, List<LoraTarget>>> candidates(String prefix) {
    return prefix.isEmpty()
        ? layers.values().stream()
        : Stream.ofNullable(layers.get(names.prefixes().get(prefix)));
  }

  /** Older files of diffusers name the projections of attention as the layers they replace. */
  private static List<String> spellings(String name) {
    List<String> spellings = new ArrayList<>(List.of(name));
    spellings.add(name.replaceFirst("_to_out$", "_to_out_0"));
    spellings.add(name.replaceFirst("self_attn_to_([qkv])$", "self_attn_$1_proj"));
    spellings.add(name.replaceFirst("self_attn_to_out$", "self_attn_out_proj"));
    return spellings;
  }

  /** Returns the layer whose name differs least from a squashed one, in edits of a character. */
  Optional<LoraTarget> nearest(String squashed) {
    String prefix = prefix(squashed).orElse("");
    String name = unprefixed(squashed).get(0);
    List<Map<String, List<LoraTarget>>> within = candidates(prefix).toList();
    return (within.isEmpty() ? layers.values().stream() : within.stream())
        .flatMap(named -> named.entrySet().stream())
        .min(
            Comparator.comparingInt(
                    (Map.Entry<String, List<LoraTarget>> entry) ->
                        Spelling.distance(entry.getKey(), name))
                .thenComparing(entry -> entry.getValue().get(0).tensor()))
        .map(entry -> entry.getValue().get(0));
  }
}
