/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.exchange;

import com.google.gson.Gson;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSyntaxException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * The text of AUTOMATIC1111's web UI and of Forge: the prompt; {@code Negative prompt: …}; and in
 * the last line {@code Steps: 20, Sampler: Euler a, …}, with values as JSON strings where they have
 * a comma, a colon or a line end.
 */
final class Automatic1111 {

  /** The keyword of a PNG file's text. */
  static final String KEYWORD = "parameters";

  private static final String NEGATIVE = "Negative prompt:";
  private static final Pattern NAME = Pattern.compile("\\w[\\w /-]*");
  private static final int FEWEST = 3;

  /** Settings that tell of the picture, and decide nothing. */
  private static final Set<String> TOLD =
      Set.of("Model hash", "VAE hash", "Lora hashes", "TI hashes", "Hashes", "Version");

  private Automatic1111() {}

  /** Returns the settings of the last line, in their order; none if it has none. */
  private static Map<String, String> parameters(String line) {
    Map<String, String> found = new LinkedHashMap<>();
    int at = 0;
    while (at < line.length()) {
      int colon = line.indexOf(':', at);
      if (colon < 0) break;
      String name = line.substring(at, colon).strip();
      int begin = colon + 1;
      while (begin < line.length() && line.charAt(begin) == ' ') begin++;
      int end = valueEnd(line, begin);
      String value = line.substring(begin, end).strip();
      if (NAME.matcher(name).matches()) found.putIfAbsent(name, unquoted(value));
      int comma = line.indexOf(',', end);
      at = comma < 0 ? line.length() : comma + 1;
    }
    return found;
  }

  private static int valueEnd(String line, int begin) {
    if (begin < line.length() && line.charAt(begin) == '"') {
      for (int i = begin + 1; i < line.length(); i++) {
        if (line.charAt(i) == '\\') i++;
        else if (line.charAt(i) == '"') return i + 1;
      }
    }
    int comma = line.indexOf(',', begin);
    return comma < 0 ? line.length() : comma;
  }

  private static String unquoted(String value) {
    if (!value.startsWith("\"")) return value;
    try {
      String text = new Gson().fromJson(value, String.class);
      return text == null ? value : text;
    } catch (JsonSyntaxException e) {
      return value; // quotes of its own
    }
  }

  /**
   * Reads a text.
   *
   * @param found takes the settings; none if the text is no such text
   */
  static void read(String text, Found found) {
    String whole = text.strip();
    int last = whole.lastIndexOf('\n');
    Map<String, String> parameters = parameters(whole.substring(last + 1));
    if (parameters.size() < FEWEST || !parameters.containsKey("Steps")) return;
    String prompts = whole.substring(0, Math.max(last, 0));
    int negative = negative(prompts);
    String unwanted =
        negative < 0 ? "" : prompts.substring(negative).strip().substring(NEGATIVE.length());
    String wanted = negative < 0 ? prompts : prompts.substring(0, negative);
    found.prompts("prompt", wanted.strip(), "Negative prompt", unwanted.strip());
    new Reader(parameters, found).read();
  }

  /** Returns where the line of the negative prompt begins; -1 if there is none. */
  private static int negative(String prompts) {
    int at = 0;
    while (at <= prompts.length()) {
      int end = prompts.indexOf('\n', at);
      String line = prompts.substring(at, end < 0 ? prompts.length() : end);
      if (line.strip().startsWith(NEGATIVE)) return at;
      if (end < 0) return -1;
      at = end + 1;
    }
    return -1;
  }

  /** Puts the settings into what was found. */
  private static final class Reader {

    private final Map<String, String> parameters;
    private final Found found;
    private final Map<String, BiConsumer<String, String>> known = new LinkedHashMap<>();

    Reader(Map<String, String> parameters, Found found) {
      this.parameters = parameters;
      this.found = found;
      known.put("Steps", (name, value) -> found.set(name, value, "steps"));
      known.put("Sampler", this::sampler);
      known.put("Schedule type", this::type);
      known.put("CFG scale", (name, value) -> found.set(name, value, "guidance"));
      known.put("Seed", (name, value) -> found.set(name, value, "seed"));
      known.put("Size", this::size);
      known.put("Model", (name, value) -> found.set(name, value, "model"));
      known.put("Clip skip", (name, value) -> found.set(name, value, "clipskip"));
      known.put("Denoising strength", this::strength);
      known.put("VAE", (name, value) -> found.set(name, value, Found.AUTOENCODER));
      known.put("RNG", this::rng);
    }

    void read() {
      if (!parameters.containsKey("RNG")) rng("RNG", "");
      parameters.forEach(
          (name, value) -> {
            if (TOLD.contains(name)) found.told(name, value);
            else known.getOrDefault(name, found::none).accept(name, value);
          });
    }

    private Optional<SamplerNames.Steps> steps() {
      return SamplerNames.automatic(
          parameters.getOrDefault("Sampler", ""), parameters.getOrDefault("Schedule type", ""));
    }

    private void sampler(String name, String value) {
      Optional<SamplerNames.Steps> steps = steps();
      if (steps.isEmpty()) found.none(name, value);
      else found.set(name, value, "scheduler", steps.get().scheduler(), steps.get().note());
      boolean isInName = !parameters.containsKey("Schedule type");
      if (steps.isPresent() && isInName && !steps.get().spacing().isEmpty()) {
        found.set(name, value, "spacing", steps.get().spacing(), "");
      }
    }

    private void type(String name, String value) {
      Optional<SamplerNames.Steps> steps = steps();
      if (steps.isEmpty() || !steps.get().note().isEmpty() && steps.get().spacing().isEmpty()) {
        found.none(name, value);
      } else if (!steps.get().spacing().isEmpty()) {
        found.set(name, value, "spacing", steps.get().spacing(), "");
      } else if (steps.get().scheduler().endsWith("_k")) {
        found.set(name, value, "scheduler", steps.get().scheduler(), "");
      } else {
        found.set(name, value, "spacing", "model", "");
      }
    }

    private void size(String name, String value) {
      String[] sides = value.split("x", -1);
      if (sides.length != 2) {
        found.none(name, value);
        return;
      }
      found.set(name, value, "width", sides[0].strip(), "");
      found.set(name, value, "height", sides[1].strip(), "");
    }

    /** With Hires. fix it is that of the second run. */
    private void strength(String name, String value) {
      boolean isHires = parameters.keySet().stream().anyMatch(key -> key.startsWith("Hires"));
      if (isHires) found.none(name, value);
      else found.set(name, value, "strength", value, "for Image to Image");
    }

    private void rng(String name, String value) {
      boolean isCpu = value.equals("CPU");
      String note = value.isEmpty() ? "not said: the GPU's" : "";
      found.set(name, value, "rng", isCpu ? "torch" : "cuda", note);
    }
  }

  /**
   * Writes a text.
   *
   * @param prompt with LoRAs
   * @param parameters of the last line, by their names there
   */
  static String text(String prompt, String negative, Map<String, String> parameters) {
    StringBuilder text = new StringBuilder(prompt).append('\n');
    if (!negative.isEmpty()) text.append(NEGATIVE).append(' ').append(negative).append('\n');
    String separator = "";
    for (Map.Entry<String, String> entry : parameters.entrySet()) {
      text.append(separator).append(entry.getKey()).append(": ").append(quoted(entry.getValue()));
      separator = ", ";
    }
    return text.toString();
  }

  private static String quoted(String value) {
    boolean plain = value.chars().noneMatch(c -> ",:\n\r".indexOf(c) >= 0);
    return plain ? value : new JsonPrimitive(value).toString();
  }
}
