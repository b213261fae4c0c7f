package sc.fiji.latentdiffusion.addons.lora;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.io.Config;

/**
 * The scale of a LoRA that has no tensor for alpha: alpha / rank by peft's {@code
 * adapter_config.json} beside the file, or by the same settings in the file's header, as diffusers
 * writes them; alpha / √rank with rsLoRA (Kalajdzievski 2023); 1 without settings.
 */
final class PeftScaling {

  private static final String METADATA = "lora_adapter_metadata";

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
    try {
      JsonElement element = JsonParser.parseString(json);
      JsonObject object = element.isJsonObject() ? element.getAsJsonObject() : new JsonObject();
      return new PeftScaling(Config.of(object, file + ", " + METADATA), true);
    } catch (JsonParseException e) {
      throw new IOException(
          file + ": expected JSON as " + METADATA + "; download the LoRA again", e);
    }
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
      throw new IOException("The LoRA's settings have lora_alpha = " + alpha + "; expected finite");
    }
    return settings.flag(prefix + "use_rslora", false) ? alpha / Math.sqrt(rank) : alpha / rank;
  }

  private double alpha(String prefix, String tensor, long rank) {
    String patterns = prefix + "alpha_pattern";
    if (settings.isObject(patterns)) {
      String module = tensor.replaceFirst("\\.weight$", "");
      for (Map.Entry<String, Object> entry : settings.object(patterns).toMap().entrySet()) {
        if (entry.getValue() instanceof Number alpha && matches(entry.getKey(), module)) {
          return alpha.doubleValue();
        }
      }
    }
    return settings.number(prefix + "lora_alpha", rank);
  }

  /** peft reads the key as a regular expression for the end of the name, after a dot. */
  private static boolean matches(String pattern, String module) {
    return module.equals(pattern)
        || module.endsWith("." + pattern)
        || module.matches("(.*\\.)?(" + pattern + ")");
  }
}
