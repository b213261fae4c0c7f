package sc.fiji.latentdiffusion.images;

import java.util.LinkedHashMap;
import java.util.Map;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.StepRange;

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
    addHow(keys, request);
    return addCommon(keys, request, stacks);
  }

  /** Those of {@code Image to Image...}. */
  public static Map<String, Object> imageToImage(
      Request request, ImageToImageOptions editing, Stacks stacks) {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("model", request.model());
    keys.put("steps", request.steps());
    keys.put("strength", request.strength());
    addHow(keys, request);
    keys.put("feather", editing.focus().feather());
    keys.put("context", editing.focus().context());
    keys.put("scale", editing.focus().scale());
    addReading(keys, editing.reading());
    keys.put("slices", editing.slices().slices());
    keys.put("seeds", editing.slices().seeds());
    return addCommon(keys, request, stacks);
  }

  /** Those of {@code Denoise Latent...}. */
  public static Map<String, Object> denoiseLatent(Request request, StepRange range, Stacks stacks) {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("model", request.model());
    keys.put("steps", request.steps());
    keys.put("from", range.from());
    keys.put("to", range.to());
    keys.put("noised", range.noised());
    addHow(keys, request);
    return addCommon(keys, request, stacks);
  }

  /** Those of {@code Show Latent...}. */
  public static Map<String, Object> showLatent(
      String model, String precision, String device, ChannelMapping reading) {
    Map<String, Object> keys = latent(model, precision, device);
    addReading(keys, reading);
    return keys;
  }

  /** Those of {@code Decode Latent...}. */
  public static Map<String, Object> latent(String model, String precision, String device) {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("model", model);
    keys.put("precision", precision);
    keys.put("device", device);
    return keys;
  }

  private static void addReading(Map<String, Object> keys, ChannelMapping reading) {
    keys.put("channels", reading.channels());
    keys.put("intensity", reading.intensity());
    keys.put("minimum", reading.minimum());
    keys.put("maximum", reading.maximum());
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

  private static void addHow(Map<String, Object> keys, Request request) {
    keys.put("guidance", request.guidance());
    keys.put("scheduler", request.scheduler());
    keys.put("seed", request.seed());
    keys.put("precision", request.precision());
    keys.put("device", request.device());
    keys.put("clipskip", request.prompting().clipSkip());
    keys.put("weighting", request.prompting().weighting());
  }

  private static Map<String, Object> addCommon(
      Map<String, Object> keys, Request request, Stacks stacks) {
    keys.put("latents", stacks.latents());
    keys.put("noise", stacks.noise());
    keys.put("predicted", stacks.predicted());
    keys.put("decoded", stacks.decoded());
    keys.putAll(request.addOns().texts());
    keys.put("prompt", request.prompt());
    keys.put("negative", request.negative());
    return keys;
  }
}
