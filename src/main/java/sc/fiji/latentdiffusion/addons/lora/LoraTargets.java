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

  private final Map<String, Map<String, LoraTarget>> layers = new LinkedHashMap<>();
  private final Declaration.LoraNames names;

  /**
   * @param tensors of each component, by name
   * @param names that LoRAs have for them
   */
  LoraTargets(Map<String, Map<String, StoredTensor>> tensors, Declaration.LoraNames names) {
    this.names = names;
    tensors.forEach((component, named) -> layers.put(component, named(component, named)));
  }

  private Map<String, LoraTarget> named(String component, Map<String, StoredTensor> tensors) {
    Map<String, LoraTarget> layers = new HashMap<>();
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
        .forEach((module, alias) -> layers.put(squashed(alias), modules.get(module)));
    modules.forEach((module, layer) -> layers.put(bare(squashed(module)), layer));
    return layers;
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

  /** Returns a squashed name without its prefix, which some programs write twice. */
  private String unprefixed(String squashed) {
    Optional<String> component = component(squashed);
    String rest = squashed;
    while (component.isPresent() && component(rest).equals(component)) {
      rest = rest.substring(prefix(rest).orElseThrow().length());
    }
    return bare(rest);
  }

  /** Returns the components that have layers. */
  List<String> components() {
    return List.copyOf(layers.keySet());
  }

  /** Returns the layer of a squashed name. */
  Optional<LoraTarget> find(String squashed) {
    String prefix = prefix(squashed).orElse("");
    String name = unprefixed(squashed);
    return candidates(prefix)
        .flatMap(named -> spellings(name).stream().map(named::get))
        .filter(layer -> layer != null)
        .findFirst();
  }

  private Stream<Map<String, LoraTarget>> candidates(String prefix) {
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
    String name = unprefixed(squashed);
    List<Map<String, LoraTarget>> within = candidates(prefix).toList();
    return (within.isEmpty() ? layers.values().stream() : within.stream())
        .flatMap(named -> named.entrySet().stream())
        .min(
            Comparator.comparingInt(
                    (Map.Entry<String, LoraTarget> entry) ->
                        Spelling.distance(entry.getKey(), name))
                .thenComparing(entry -> entry.getValue().tensor()))
        .map(Map.Entry::getValue);
  }
}
