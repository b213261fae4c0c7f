package sc.fiji.latentdiffusion.models;

import java.util.Collection;
import java.util.Map;

/**
 * How LoRAs name the layers of a family of models.
 *
 * @param prefixes the components by the beginnings of names in LoRAs, underscores for dots; of two
 *     beginnings that fit a name the first counts
 * @param aliases gives other names that LoRAs have for modules
 */
public record LoraNames(Map<String, String> prefixes, Aliases aliases) {

  /** Nothing is known: layers are found by the names that the model has for them. */
  public static final LoraNames NONE = new LoraNames(Map.of(), modules -> Map.of());

  /** Other names of modules. */
  @FunctionalInterface
  public interface Aliases {

    /**
     * Gives the other names.
     *
     * @param modules of one component, by the names that the model has for them
     * @return another name by the model's own; modules without one are left out
     */
    Map<String, String> of(Collection<String> modules);
  }
}
