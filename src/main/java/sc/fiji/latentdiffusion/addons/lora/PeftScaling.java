package sc.fiji.latentdiffusion.addons.lora;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.io.Json;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The scale of a LoRA that has no tensor for alpha: alpha / rank by peft's {@code
 * adapter_config.json} beside the file, or by the same settings in the file's header, as diffusers
 * writes them; alpha / √rank with rsLoRA (Kalajdzievski 2023); 1 without settings.
 */
final class PeftScaling {

  private static final String METADATA = "lora_adapter_metadata";

  /** Keys of this form are names, though a dot of an expression would be any character. */
  private static final Pattern NAME = Pattern.compile("[\\w.-]*");

  private final Map<String, Map<String, Double>> alphas = new HashMap<>();
  private final Map<String, ModulePattern> expressions = new HashMap<>();
  private final ModulePattern.Steps steps = new ModulePattern.Steps();
  private final Config settings;
  private final boolean byComponent;

  private PeftScaling(Config settings, boolean byComponent) {
    this.settings = settings;
    this.byComponent = byComponent;
  }

  /**
   * Reads the settings of a file.
   *
   * @throws IOException if they can't be read
   */
  static PeftScaling of(LoraFile file) throws IOException {
    Optional<Config> config = file.adapterConfig();
    if (config.isPresent()) {
      return new PeftScaling(config.get(), false);
    }
    String json = file.metadata().getOrDefault(METADATA, "{}");
    String where = file + ", " + METADATA;
    return new PeftScaling(Json.config(Json.object(json, where), where), true);
  }

  /**
   * Returns the scale of a layer.
   *
   * @param component for example {@code unet}
   * @param tensor name of the layer's weight
   * @param rank of the change
   * @throws IOException if alpha is not finite
   */
  double of(String component, String tensor, long rank) throws IOException {
    String prefix = byComponent ? component + "." : "";
    double alpha = alpha(prefix, tensor, rank);
    if (!Double.isFinite(alpha)) {
      throw new IOException(
          settings + ", \"lora_alpha\": expected a finite number, found " + alpha);
    }
    return settings.flag(prefix + "use_rslora", false) ? alpha / Math.sqrt(rank) : alpha / rank;
  }

  private double alpha(String prefix, String tensor, long rank) throws IOException {
    String ending = ".weight";
    String module =
        tensor.endsWith(ending) ? tensor.substring(0, tensor.length() - ending.length()) : tensor;
    for (Map.Entry<String, Double> entry : patterns(prefix + "alpha_pattern").entrySet()) {
      if (matches(entry.getKey(), module)) return entry.getValue();
    }
    return settings.number(prefix + "lora_alpha", rank);
  }

  private Map<String, Double> patterns(String key) {
    return alphas.computeIfAbsent(
        key,
        k -> {
          Map<String, Double> found = new LinkedHashMap<>();
          if (!settings.isObject(k)) return found;
          for (Map.Entry<String, Object> entry : settings.object(k).toMap().entrySet()) {
            if (entry.getValue() instanceof Number n) found.put(entry.getKey(), n.doubleValue());
          }
          return found;
        });
  }

  /** peft reads the key as a regular expression for the end of the name, after a dot. */
  private boolean matches(String pattern, String module) throws IOException {
    if (module.equals(pattern) || module.endsWith("." + pattern)) return true;
    if (NAME.matcher(pattern).matches()) return false;
    try {
      return expressions.computeIfAbsent(pattern, ModulePattern::new).matches(module, steps);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          settings
              + ", \"alpha_pattern\": expected the names of modules or simple regular expressions,"
              + " found \""
              + shortened(pattern)
              + "\", but "
              + e.getMessage()
              + "; correct it, or get the LoRA as a file that holds its alphas",
          e);
    }
  }

  private static String shortened(String pattern) {
    return pattern.length() <= 60 ? pattern : pattern.substring(0, 60) + "…";
  }
}
