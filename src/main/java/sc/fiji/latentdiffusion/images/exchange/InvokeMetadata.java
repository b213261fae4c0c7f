/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.exchange;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Map;
import sc.fiji.latentdiffusion.io.Json;
import sc.fiji.latentdiffusion.schedulers.named.Schedulers;

/** The JSON of InvokeAI, whose names for most settings and schedulers are those used here. */
final class InvokeMetadata {

  /** The keyword of a PNG file's text. */
  static final String KEYWORD = "invokeai_metadata";

  private static final Map<String, String> KEYS =
      Map.ofEntries(
          Map.entry("steps", "steps"),
          Map.entry("seed", "seed"),
          Map.entry("width", "width"),
          Map.entry("height", "height"),
          Map.entry("cfg_scale", "guidance"),
          Map.entry("cfg_rescale_multiplier", "rescale"));

  private InvokeMetadata() {}

  /**
   * Reads a text.
   *
   * @param where its name, for messages
   * @throws IOException if it is no JSON object
   */
  static void read(String text, String where, Found found) throws IOException {
    JsonObject all = Json.object(text, where);
    found.prompts(
        "positive_prompt",
        text(all, "positive_prompt"),
        "negative_prompt",
        text(all, "negative_prompt"));
    for (Map.Entry<String, JsonElement> entry : all.entrySet()) {
      read(entry.getKey(), entry.getValue(), found);
    }
  }

  private static void read(String name, JsonElement value, Found found) {
    String shown = shown(value);
    if (value.isJsonNull()) return;
    switch (name) {
      case "positive_prompt", "negative_prompt" -> {}
      case "app_version", "generation_mode" -> found.told(name, shown);
      case "scheduler" -> {
        if (Schedulers.names().contains(shown)) found.set(name, shown, "scheduler");
        else found.none(name, shown);
      }
      case "model" -> found.set(name, modelName(value), "model");
      case "clip_skip" -> clipSkip(name, shown, found);
      case "rand_device" ->
          found.set(name, shown, "rng", shown.startsWith("cuda") ? "cuda" : "torch", "");
      case "loras" -> loras(name, value, found);
      case "strength" ->
          found.set(name, shown, "strength", shown, "for Image to Image, by another rule");
      default -> {
        if (name.equals(Found.AUTOENCODER)) found.set(name, modelName(value), name);
        else if (KEYS.containsKey(name)) found.set(name, shown, KEYS.get(name));
        else found.none(name, shown);
      }
    }
  }

  /** InvokeAI counts skipped layers. */
  private static void clipSkip(String name, String value, Found found) {
    if (value.matches("\\d{1,3}")) {
      found.set(name, value, "clipskip", String.valueOf(Integer.parseInt(value) + 1), "");
    } else {
      found.none(name, value);
    }
  }

  private static void loras(String name, JsonElement value, Found found) {
    if (!value.isJsonArray()) {
      found.none(name, shown(value));
      return;
    }
    for (JsonElement one : value.getAsJsonArray()) {
      if (!one.isJsonObject()) continue;
      JsonObject lora = one.getAsJsonObject();
      JsonElement model = lora.has("model") ? lora.get("model") : lora.get("lora");
      String weight = lora.has("weight") ? shown(lora.get("weight")) : "1";
      if (model != null) found.lora(name, modelName(model), weight, "");
    }
  }

  private static String modelName(JsonElement model) {
    if (!model.isJsonObject()) return shown(model);
    for (String key : new String[] {"name", "model_name"}) {
      if (model.getAsJsonObject().has(key)) return shown(model.getAsJsonObject().get(key));
    }
    return "";
  }

  private static String text(JsonObject all, String key) {
    return all.has(key) && all.get(key).isJsonPrimitive() ? all.get(key).getAsString() : "";
  }

  private static String shown(JsonElement value) {
    return value.isJsonPrimitive() ? value.getAsString() : Json.shown(value);
  }
}
