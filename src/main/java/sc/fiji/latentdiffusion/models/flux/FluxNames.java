/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.flux;

import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.io.StoredTensor;

/**
 * The original names of the transformer's tensors ({@code double_blocks.0.img_attn.qkv.weight}) →
 * diffusers' ({@code transformer_blocks.0.attn.to_q.weight}, and k and v, which lie in one tensor
 * there). In the last norm's modulation shift stands before scale in the original and behind it
 * here.
 */
final class FluxNames {

  /** What stands before the names in files that hold other networks, too. */
  static final String PREFIX = "model.diffusion_model.";

  /** The beginning of names by which the transformer is known. */
  static final String BLOCKS = "double_blocks.";

  private static final Pattern LAYER =
      Pattern.compile("(double|single)_blocks\\.(\\d{1,3})\\.(.+)\\.(weight|bias|scale)");

  private static final String SWAPPED = "final_layer.adaLN_modulation.1.";

  private static final Map<String, String> TOP =
      Map.of(
          "img_in.",
          "x_embedder.",
          "txt_in.",
          "context_embedder.",
          "time_in.in_layer.",
          "time_text_embed.timestep_embedder.linear_1.",
          "time_in.out_layer.",
          "time_text_embed.timestep_embedder.linear_2.",
          "vector_in.in_layer.",
          "time_text_embed.text_embedder.linear_1.",
          "vector_in.out_layer.",
          "time_text_embed.text_embedder.linear_2.",
          "guidance_in.in_layer.",
          "time_text_embed.guidance_embedder.linear_1.",
          "guidance_in.out_layer.",
          "time_text_embed.guidance_embedder.linear_2.",
          SWAPPED,
          "norm_out.linear.",
          "final_layer.linear.",
          "proj_out.");

  private static final Map<String, String> LAYERS =
      Map.ofEntries(
          Map.entry("img_mod.lin", "norm1.linear"),
          Map.entry("txt_mod.lin", "norm1_context.linear"),
          Map.entry("img_attn.norm.query_norm", "attn.norm_q"),
          Map.entry("img_attn.norm.key_norm", "attn.norm_k"),
          Map.entry("txt_attn.norm.query_norm", "attn.norm_added_q"),
          Map.entry("txt_attn.norm.key_norm", "attn.norm_added_k"),
          Map.entry("img_attn.proj", "attn.to_out.0"),
          Map.entry("txt_attn.proj", "attn.to_add_out"),
          Map.entry("img_mlp.0", "ff.net.0.proj"),
          Map.entry("img_mlp.2", "ff.net.2"),
          Map.entry("txt_mlp.0", "ff_context.net.0.proj"),
          Map.entry("txt_mlp.2", "ff_context.net.2"),
          Map.entry("modulation.lin", "norm.linear"),
          Map.entry("norm.query_norm", "attn.norm_q"),
          Map.entry("norm.key_norm", "attn.norm_k"),
          Map.entry("linear2", "proj_out"));

  private static final List<String> IMAGE = List.of("attn.to_q", "attn.to_k", "attn.to_v");
  private static final List<String> TEXT =
      List.of("attn.add_q_proj", "attn.add_k_proj", "attn.add_v_proj");

  /** The parts of {@code linear1}: queries, keys and values, and four as large behind them. */
  private static final int PARTS = 7;

  private static final int HIDDEN_PARTS = 4;

  private static final Pattern OWN =
      Pattern.compile("(single_)?transformer_blocks\\.(\\d{1,3})\\.(.+)");

  private static final Map<String, String> TOP_ORIGINAL = new LinkedHashMap<>();

  static {
    TOP.forEach(
        (original, own) -> {
          if (!original.equals(SWAPPED)) TOP_ORIGINAL.put(withoutDot(own), withoutDot(original));
        });
  }

  private static String withoutDot(String beginning) {
    return beginning.substring(0, beginning.length() - 1);
  }

  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();

  private FluxNames() {}

  /**
   * Names all tensors anew.
   *
   * @param original by the names below {@link #PREFIX}
   * @return the same by diffusers' names
   * @throws IOException if a tensor that holds several has another shape
   */
  static Map<String, StoredTensor> toDiffusers(Map<String, StoredTensor> original)
      throws IOException {
    FluxNames names = new FluxNames();
    for (Map.Entry<String, StoredTensor> entry : original.entrySet()) {
      names.add(entry.getKey(), entry.getValue());
    }
    return names.tensors;
  }

  private void add(String name, StoredTensor tensor) throws IOException {
    Matcher layer = LAYER.matcher(name);
    if (layer.matches()) add(layer, tensor);
    else put(top(name), name.startsWith(SWAPPED) ? tensor.withHalvesSwapped() : tensor);
  }

  private static String top(String name) {
    for (Map.Entry<String, String> entry : TOP.entrySet()) {
      String beginning = entry.getKey();
      if (name.startsWith(beginning)) return entry.getValue() + name.substring(beginning.length());
    }
    return name;
  }

  private void add(Matcher layer, StoredTensor tensor) throws IOException {
    String kind = layer.group(1).equals("double") ? "" : "single_";
    String place = kind + "transformer_blocks." + layer.group(2) + ".";
    String name = layer.group(3);
    String end = "." + (layer.group(4).equals("scale") ? "weight" : layer.group(4));
    switch (name) {
      case "img_attn.qkv" -> addParts(place, IMAGE, end, 3, tensor);
      case "txt_attn.qkv" -> addParts(place, TEXT, end, 3, tensor);
      case "linear1" -> {
        addParts(place, IMAGE, end, PARTS, tensor);
        String hidden = place + "proj_mlp" + end;
        put(hidden, tensor.part(hidden, PARTS - HIDDEN_PARTS, HIDDEN_PARTS, PARTS));
      }
      default -> put(place + LAYERS.getOrDefault(name, name) + end, tensor);
    }
  }

  private void addParts(
      String place, List<String> layers, String end, int parts, StoredTensor tensor)
      throws IOException {
    for (int i = 0; i < layers.size(); i++) {
      String name = place + layers.get(i) + end;
      put(name, tensor.part(name, i, parts));
    }
  }

  private void put(String name, StoredTensor tensor) {
    tensors.put(name, tensor.named(name));
  }

  /**
   * Returns the original names of modules. Queries, keys and values are rows of one, behind which
   * the hidden layer stands in blocks of one.
   *
   * @param modules by diffusers' names, without {@code .weight}
   * @return the original name by diffusers'; modules of other networks, and the last modulation,
   *     whose halves change places, are left out
   */
  static Map<String, String> toOriginal(Collection<String> modules) {
    Map<String, String> names = new LinkedHashMap<>();
    for (int row = 0; row <= IMAGE.size(); row++) {
      for (String module : modules) {
        String original = original(module, row);
        if (original != null) names.put(module, original);
      }
    }
    return names;
  }

  /** The original name of a module, if it stands in this place among the rows there; else null. */
  private static String original(String module, int row) {
    Matcher block = OWN.matcher(module);
    if (!block.matches()) return row == 0 ? TOP_ORIGINAL.get(module) : null;
    boolean isSingle = block.group(1) != null;
    String place = (isSingle ? "single_blocks." : BLOCKS) + block.group(2) + ".";
    String name = block.group(3);
    if (IMAGE.indexOf(name) == row) return place + (isSingle ? "linear1" : "img_attn.qkv");
    if (TEXT.indexOf(name) == row) return place + "txt_attn.qkv";
    if (row == IMAGE.size()) return name.equals("proj_mlp") ? place + "linear1" : null;
    return row > 0 ? null : alone(place, name, isSingle);
  }

  private static String alone(String place, String name, boolean isSingle) {
    for (Map.Entry<String, String> entry : LAYERS.entrySet()) {
      boolean isOfOne = !entry.getKey().matches("(img|txt)_.+");
      if (isOfOne == isSingle && entry.getValue().equals(name)) return place + entry.getKey();
    }
    return null;
  }
}
