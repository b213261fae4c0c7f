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
 * What a LoRA is scaled with where no tensor of it says alpha: alpha / rank by peft's {@code
 * adapter_config.json} beside the file, or by the same settings that diffusers writes into the
 * file's header; with rsLoRA (Kalajdzievski 2023) alpha / √rank; 1 where nothing says it.
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
   * Reads what a file says.
   *
   * @throws IOException if it can't be read
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
   * The scale of a layer.
   *
   * @param component for example unet
   * @param tensor the layer's weight
   * @param rank of the change
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

  /** peft takes the key for a regular expression at the name's end, after a dot. */
  private static boolean matches(String pattern, String module) {
    return module.equals(pattern)
        || module.endsWith("." + pattern)
        || module.matches("(.*\\.)?(" + pattern + ")");
  }
}
