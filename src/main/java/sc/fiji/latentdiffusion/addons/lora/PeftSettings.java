/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
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
 * What peft's {@code adapter_config.json} beside the file of an adapter says, or the same settings
 * in the file's header, as diffusers writes them. The scale of an adapter that has no tensor for
 * alpha is alpha / rank by them; alpha / √rank with rsLoRA (Kalajdzievski 2023); 1 without
 * settings.
 */
public final class PeftSettings {

  private static final String METADATA = "lora_adapter_metadata";

  /** Keys of this form are names, though a dot of an expression would be any character. */
  private static final Pattern NAME = Pattern.compile("[\\w.-]*");

  private final Map<String, Map<String, Double>> patterns = new HashMap<>();
  private final Map<String, ModulePattern> expressions = new HashMap<>();
  private final ModulePattern.Steps steps = new ModulePattern.Steps();
  private final Config settings;
  private final boolean isPeft;

  private PeftSettings(Config settings, boolean isPeft) {
    this.settings = settings;
    this.isPeft = isPeft;
  }

  /**
   * Reads the settings of a file.
   *
   * @throws IOException if they can't be read
   */
  static PeftSettings of(LoraFile file) throws IOException {
    Optional<Config> config = file.adapterConfig();
    if (config.isPresent()) {
      return new PeftSettings(config.get(), true);
    }
    String json = file.metadata().getOrDefault(METADATA, "{}");
    String where = file + ", " + METADATA;
    return new PeftSettings(Json.config(Json.object(json, where), where), false);
  }

  /** Returns whether the file lies in a folder of peft, with its settings. */
  public boolean isPeft() {
    return isPeft;
  }

  /** Returns the settings: those of peft's folder, or the header's, by component. */
  public Config config() {
    return settings;
  }

  /**
   * Returns the scale of a layer.
   *
   * @param target the layer
   * @param rank of the change
   * @throws IOException if alpha is not finite
   */
  double scale(LoraTarget target, long rank) throws IOException {
    String prefix = prefix(target);
    String key = prefix + (settings.has(prefix + "alpha") ? "alpha" : "lora_alpha");
    double alpha = patterned(prefix + "alpha_pattern", target).orElse(settings.number(key, rank));
    if (!Double.isFinite(alpha)) {
      throw new IOException(
          settings + ", \"" + key + "\": expected a finite number, found " + alpha);
    }
    return settings.flag(prefix + "use_rslora", false) ? alpha / Math.sqrt(rank) : alpha / rank;
  }

  /**
   * Returns the rank that the settings say for a layer whose tensors don't tell it.
   *
   * @param dflt where they say none
   * @throws IOException if it is below 1
   */
  public long rank(LoraTarget target, int dflt) throws IOException {
    String prefix = prefix(target);
    double rank =
        patterned(prefix + "rank_pattern", target).orElse(settings.number(prefix + "r", dflt));
    if (rank >= 1) return (long) rank;
    throw new IOException(settings + ", \"r\": expected a rank of at least 1, found " + rank);
  }

  /**
   * Returns whether a key names a layer: as a list of the ends of names, or an expression.
   *
   * @throws IOException if it is an expression that is not read
   */
  public boolean names(String key, LoraTarget target) throws IOException {
    Object found = settings.toMap().get(key);
    if (found instanceof String expression) return matches(key, expression, target.module());
    return settings.texts(key).stream().anyMatch(target.module()::endsWith);
  }

  private String prefix(LoraTarget target) {
    return isPeft ? "" : target.component() + ".";
  }

  private Optional<Double> patterned(String key, LoraTarget target) throws IOException {
    for (Map.Entry<String, Double> entry : patterns(key).entrySet()) {
      if (matches(key, entry.getKey(), target.module())) return Optional.of(entry.getValue());
    }
    return Optional.empty();
  }

  private Map<String, Double> patterns(String key) {
    return patterns.computeIfAbsent(
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
  private boolean matches(String key, String pattern, String module) throws IOException {
    if (module.equals(pattern) || module.endsWith("." + pattern)) return true;
    if (NAME.matcher(pattern).matches()) return false;
    try {
      return expressions.computeIfAbsent(pattern, ModulePattern::new).matches(module, steps);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          settings
              + ", \""
              + key
              + "\": expected the names of modules or simple regular expressions,"
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
