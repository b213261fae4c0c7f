/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.stablediffusion3;

import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.io.StoredTensor;

/**
 * The original names of the transformer's tensors ({@code joint_blocks.0.x_block.attn.qkv.weight})
 * → diffusers' ({@code transformer_blocks.0.attn.to_q.weight}, and k and v, which lie in one tensor
 * there). Where both are modulated by two numbers, shift stands before scale in the original and
 * behind it here.
 */
final class SD3Names {

  /** What stands before the names in files that hold other networks, too. */
  static final String PREFIX = "model.diffusion_model.";

  static final String BLOCKS = "joint_blocks.";

  private static final Pattern LAYER =
      Pattern.compile("joint_blocks\\.(\\d{1,3})\\.(x|context)_block\\.(.+)\\.(weight|bias)");

  private static final Pattern OWN = Pattern.compile("transformer_blocks\\.(\\d{1,3})\\.(.+)");

  /** Queries, keys and values, in the order of their rows. */
  private static final List<String> INPUTS = List.of("q", "k", "v");

  private static final String MODULATION = "adaLN_modulation.1";
  private static final String SWAPPED = "final_layer." + MODULATION + ".";

  private static final Map<String, String> TOP =
      Map.of(
          "x_embedder.proj.",
          "pos_embed.proj.",
          "t_embedder.mlp.0.",
          "time_text_embed.timestep_embedder.linear_1.",
          "t_embedder.mlp.2.",
          "time_text_embed.timestep_embedder.linear_2.",
          "y_embedder.mlp.0.",
          "time_text_embed.text_embedder.linear_1.",
          "y_embedder.mlp.2.",
          "time_text_embed.text_embedder.linear_2.",
          "final_layer.linear.",
          "proj_out.",
          SWAPPED,
          "norm_out.linear.");

  private static final Map<String, String> PICTURE =
      Map.of(
          "attn.proj",
          "attn.to_out.0",
          "attn.ln_q",
          "attn.norm_q",
          "attn.ln_k",
          "attn.norm_k",
          "attn2.proj",
          "attn2.to_out.0",
          "attn2.ln_q",
          "attn2.norm_q",
          "attn2.ln_k",
          "attn2.norm_k",
          "mlp.fc1",
          "ff.net.0.proj",
          "mlp.fc2",
          "ff.net.2",
          MODULATION,
          "norm1.linear");

  private static final Map<String, String> PROMPT =
      Map.of(
          "attn.proj",
          "attn.to_add_out",
          "attn.ln_q",
          "attn.norm_added_q",
          "attn.ln_k",
          "attn.norm_added_k",
          "mlp.fc1",
          "ff_context.net.0.proj",
          "mlp.fc2",
          "ff_context.net.2",
          MODULATION,
          "norm1_context.linear");

  private final int last;
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();

  private SD3Names(int last) {
    this.last = last;
  }

  /**
   * Names all tensors anew.
   *
   * @param original by the names below {@link #PREFIX}
   * @return the same by diffusers' names
   * @throws IOException if a tensor that holds several has another shape
   */
  static Map<String, StoredTensor> toDiffusers(Map<String, StoredTensor> original)
      throws IOException {
    SD3Names names = new SD3Names(blocks(original) - 1);
    for (Map.Entry<String, StoredTensor> entry : original.entrySet()) {
      names.add(entry.getKey(), entry.getValue());
    }
    return names.tensors;
  }

  private static int blocks(Map<String, StoredTensor> original) {
    int blocks = 0;
    for (String name : original.keySet()) {
      Matcher layer = LAYER.matcher(name);
      if (layer.matches()) blocks = Math.max(blocks, Integer.parseInt(layer.group(1)) + 1);
    }
    return blocks;
  }

  private void add(String name, StoredTensor tensor) throws IOException {
    Matcher layer = LAYER.matcher(name);
    if (layer.matches()) {
      add(layer, tensor);
    } else if (name.equals("pos_embed")) {
      put("pos_embed.pos_embed", tensor);
    } else {
      put(top(name), name.startsWith(SWAPPED) ? tensor.withHalvesSwapped() : tensor);
    }
  }

  private static String top(String name) {
    for (Map.Entry<String, String> entry : TOP.entrySet()) {
      String beginning = entry.getKey();
      if (name.startsWith(beginning)) return entry.getValue() + name.substring(beginning.length());
    }
    return name;
  }

  private void add(Matcher layer, StoredTensor tensor) throws IOException {
    int block = Integer.parseInt(layer.group(1));
    String place = "transformer_blocks." + block + ".";
    boolean isPrompt = layer.group(2).equals("context");
    String name = layer.group(3);
    String end = "." + layer.group(4);
    if (name.endsWith(".qkv")) {
      addInputs(place, name.substring(0, name.indexOf('.')), isPrompt, end, tensor);
      return;
    }
    boolean isSwapped = isPrompt && block == last && name.equals(MODULATION);
    String own = (isPrompt ? PROMPT : PICTURE).getOrDefault(name, name);
    put(place + own + end, isSwapped ? tensor.withHalvesSwapped() : tensor);
  }

  private void addInputs(
      String place, String attention, boolean isPrompt, String end, StoredTensor tensor)
      throws IOException {
    String input = isPrompt ? "add_%s_proj" : "to_%s";
    for (int i = 0; i < INPUTS.size(); i++) {
      String name = place + attention + "." + input.formatted(INPUTS.get(i)) + end;
      put(name, tensor.part(name, i, INPUTS.size()));
    }
  }

  private void put(String name, StoredTensor tensor) {
    tensors.put(name, tensor.named(name));
  }

  /**
   * Returns the original names of modules. Queries, keys and values are parts of one.
   *
   * @param modules by diffusers' names, without {@code .weight}
   * @return the original name by diffusers'; modules of other networks are left out
   */
  static Map<String, String> toOriginal(Collection<String> modules) {
    Map<String, String> names = new LinkedHashMap<>();
    for (String letter : INPUTS) {
      modules.forEach(module -> addOriginal(names, module, letter));
    }
    return names;
  }

  private static void addOriginal(Map<String, String> names, String module, String letter) {
    Matcher block = OWN.matcher(module);
    if (!block.matches()) return;
    String place = BLOCKS + block.group(1) + ".";
    String name = block.group(2);
    for (String attention : List.of("attn", "attn2")) {
      if (name.equals(attention + ".to_" + letter)) {
        names.put(module, place + "x_block." + attention + ".qkv");
      }
    }
    if (name.equals("attn.add_" + letter + "_proj")) {
      names.put(module, place + "context_block.attn.qkv");
    }
    PICTURE.forEach((old, own) -> put(names, module, name, own, place + "x_block." + old));
    PROMPT.forEach((old, own) -> put(names, module, name, own, place + "context_block." + old));
  }

  private static void put(
      Map<String, String> names, String module, String name, String own, String original) {
    if (name.equals(own)) names.put(module, original);
  }
}
