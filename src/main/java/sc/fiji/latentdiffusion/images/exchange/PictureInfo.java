/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.exchange;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import ij.ImagePlus;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.addons.AddOns;
import sc.fiji.latentdiffusion.addons.Entry;
import sc.fiji.latentdiffusion.keys.Numbers;
import sc.fiji.latentdiffusion.schedulers.named.Spacings;

/** The texts that a saved picture holds, made of the Info of our results. */
final class PictureInfo {

  private static final String NAME = "Latent Diffusion ";
  private static final Pattern SEED = Pattern.compile("\\bseed (\\d{1,19})\\b");
  private static final int HASH = 10;

  private final Map<String, String> lines;
  private final ImagePlus image;

  /**
   * @throws IllegalArgumentException if the image has no Info of our runs
   */
  PictureInfo(ImagePlus image) {
    this.image = image;
    lines = OwnInfo.lines(image.getInfoProperty());
    if (lines.isEmpty()) {
      throw new IllegalArgumentException(
          "\""
              + image.getTitle()
              + "\" is no result of Text to Image or Image to Image: its Info lacks the settings"
              + " that would be saved. File ▸ Save As saves it without.");
    }
  }

  /** Returns the texts by their keywords: those of the web UI, of InvokeAI, and the Info. */
  Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put(Automatic1111.KEYWORD, automatic());
    texts.put(InvokeMetadata.KEYWORD, invoke());
    texts.put(OwnInfo.KEYWORD, image.getInfoProperty());
    return texts;
  }

  private String line(String key, String dflt) {
    return lines.containsKey(key) ? OwnInfo.text(lines, key) : dflt;
  }

  private List<Entry> loras() {
    return AddOns.NONE.with("lora", line("lora", "")).entries("lora");
  }

  /** Answers and slices have seeds of their own. */
  private String seed() {
    String label = image.getStack().getSliceLabel(image.getCurrentSlice());
    Matcher own = SEED.matcher(label == null ? "" : label);
    return own.find() ? own.group(1) : line("seed", "");
  }

  private String width() {
    return line("width", String.valueOf(image.getWidth()));
  }

  private String height() {
    return line("height", String.valueOf(image.getHeight()));
  }

  private boolean isCuda() {
    return line("rng", "torch").equals("cuda");
  }

  private String automatic() {
    StringBuilder prompt = new StringBuilder(line("prompt", ""));
    for (Entry lora : loras()) {
      String weight = Numbers.text(lora.weight());
      prompt.append(" <lora:").append(lora.name()).append(':').append(weight).append('>');
    }
    String scheduler = line("scheduler", "");
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("Steps", line("steps", ""));
    parameters.put("Sampler", SamplerNames.sampler(scheduler));
    parameters.put("Schedule type", SamplerNames.type(scheduler, line("spacing", Spacings.MODEL)));
    parameters.put("CFG scale", line("guidance", ""));
    parameters.put("Seed", seed());
    parameters.put("Size", width() + "x" + height());
    String hash = line("modelSha256", "");
    parameters.put("Model hash", hash.substring(0, Math.min(HASH, hash.length())));
    parameters.put("Model", line("modelName", ""));
    if (lines.containsKey("strength")) parameters.put("Denoising strength", line("strength", ""));
    parameters.put("Clip skip", line("clipskip", "1"));
    parameters.put("RNG", isCuda() ? "NV" : "CPU");
    parameters.put("Version", NAME + line("plugin", ""));
    return Automatic1111.text(prompt.toString(), line("negative", ""), parameters);
  }

  private String invoke() {
    JsonObject all = new JsonObject();
    all.addProperty("app_version", NAME + line("plugin", ""));
    all.addProperty("generation_mode", lines.containsKey("strength") ? "img2img" : "txt2img");
    all.addProperty("positive_prompt", line("prompt", ""));
    all.addProperty("negative_prompt", line("negative", ""));
    number(all, "width", width());
    number(all, "height", height());
    number(all, "seed", seed());
    all.addProperty("rand_device", isCuda() ? "cuda" : "cpu");
    number(all, "cfg_scale", line("guidance", ""));
    number(all, "cfg_rescale_multiplier", line("rescale", "0"));
    number(all, "steps", line("steps", ""));
    all.addProperty("scheduler", line("scheduler", ""));
    all.addProperty("clip_skip", Integer.parseInt(line("clipskip", "1")) - 1);
    if (lines.containsKey("strength")) number(all, "strength", line("strength", ""));
    all.add("model", model(line("modelName", "")));
    all.add("loras", lorasJson());
    return all.toString();
  }

  private static JsonObject model(String name) {
    JsonObject model = new JsonObject();
    model.addProperty("name", name);
    return model;
  }

  private JsonArray lorasJson() {
    JsonArray all = new JsonArray();
    for (Entry entry : loras()) {
      JsonObject lora = new JsonObject();
      lora.add("model", model(entry.name()));
      lora.addProperty("weight", entry.weight());
      all.add(lora);
    }
    return all;
  }

  /** A list, as of guidance, stays a text. */
  private static void number(JsonObject all, String key, String text) {
    try {
      all.addProperty(key, new BigDecimal(text));
    } catch (NumberFormatException e) {
      all.addProperty(key, text);
    }
  }
}
