package sc.fiji.latentdiffusion.images;

import java.util.LinkedHashMap;
import java.util.Map;
import sc.fiji.latentdiffusion.pipeline.Request;

/** The keys of each command with their values, in the order in which macros hold them. */
public final class MacroKeys {

  private MacroKeys() {}

  /** Those of {@code Text to Image...}. */
  public static Map<String, Object> textToImage(Request request, Stacks stacks) {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("model", request.model());
    keys.put("width", request.width());
    keys.put("height", request.height());
    keys.put("steps", request.steps());
    return addCommon(keys, request, stacks);
  }

  /** Those of {@code Image to Image...}. */
  public static Map<String, Object> imageToImage(Request request, Stacks stacks) {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("model", request.model());
    keys.put("steps", request.steps());
    keys.put("strength", request.strength());
    return addCommon(keys, request, stacks);
  }

  /** Those of {@code Show Latent...} and {@code Decode Latent...}. */
  public static Map<String, Object> latent(String model, String precision, String device) {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("model", model);
    keys.put("precision", precision);
    keys.put("device", device);
    return keys;
  }

  /** Those of {@code Show Schedule...}; scheduler as the user says it, {@code all} for example. */
  public static Map<String, Object> schedule(
      int steps, double strength, String scheduler, String model) {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("steps", steps);
    keys.put("strength", strength);
    keys.put("scheduler", scheduler);
    keys.put("model", model);
    return keys;
  }

  private static Map<String, Object> addCommon(
      Map<String, Object> keys, Request request, Stacks stacks) {
    keys.put("guidance", request.guidance());
    keys.put("scheduler", request.scheduler());
    keys.put("seed", request.seed());
    keys.put("precision", request.precision());
    keys.put("device", request.device());
    keys.put("latents", stacks.latents());
    keys.put("noise", stacks.noise());
    keys.put("predicted", stacks.predicted());
    keys.put("decoded", stacks.decoded());
    keys.put("lora", request.lora());
    keys.put("prompt", request.prompt());
    keys.put("negative", request.negative());
    return keys;
  }
}
