/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.kinds;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The kind of model that a GGUF file says it holds, in its setting {@value #KEY}. */
public enum GgufArchitecture {
  /** Transformers that denoise, with the names of the code that trained them. */
  DENOISER(List.of("flux", "sd3", "")),

  /** T5, alone or with its decoder, with the names of llama.cpp. */
  T5(List.of("t5encoder", "t5")) {
    @Override
    public String nameOf(String tensor) {
      return LlamaNames.toTransformers(tensor);
    }
  };

  private static final String KEY = "general.architecture";

  private static final String EXPECTED =
      "expected the transformer of FLUX.1 (flux) or Stable Diffusion 3 (sd3), or a T5 text encoder"
          + " (t5encoder, t5)";

  private static final Map<String, String> OTHERS =
      Map.ofEntries(
          Map.entry("wan", "a model for videos"),
          Map.entry("hyvid", "a model for videos"),
          Map.entry("ltxv", "a model for videos"),
          Map.entry("cosmos", "a model for videos"),
          Map.entry("mochi", "a model for videos"),
          Map.entry("lumina2", "Lumina 2 or Z-Image, which is read from a folder only"),
          Map.entry("sd1", "a U-Net of Stable Diffusion 1, which is read from other files"),
          Map.entry("sdxl", "a U-Net of Stable Diffusion XL, which is read from other files"),
          Map.entry("aura", "AuraFlow, which is not supported"),
          Map.entry("hidream", "HiDream, which is not supported"),
          Map.entry("qwen_image", "Qwen-Image, which is not supported"),
          Map.entry("clip", "a model that sees pictures for a language model"),
          Map.entry("bert", "a model that compares texts"));

  private final List<String> names;

  GgufArchitecture(List<String> names) {
    this.names = names;
  }

  /**
   * Recognises what a file holds.
   *
   * @param file for the message
   * @param settings of its header; if they do not say it, the names of its tensors will
   * @throws IOException if it is not supported, naming it
   */
  public static GgufArchitecture of(Path file, Map<String, String> settings) throws IOException {
    String name = settings.getOrDefault(KEY, "");
    for (GgufArchitecture architecture : values()) {
      if (architecture.names.contains(name)) return architecture;
    }
    boolean isLanguage = settings.containsKey("tokenizer.ggml.model");
    String other = isLanguage ? "a language model" : "a model of another architecture";
    String shown = name.substring(0, Math.min(40, name.length()));
    throw new IOException(
        file + " is " + OTHERS.getOrDefault(name, other) + " (" + shown + "); " + EXPECTED);
  }

  /**
   * Returns the name that a tensor has in files of other formats.
   *
   * @param tensor its name in the file
   */
  public String nameOf(String tensor) {
    return tensor;
  }
}
