/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.Role;
import sc.fiji.latentdiffusion.models.Declaration;

/**
 * A layer whose weight is changed by a training.
 *
 * @param component of the model, for example {@code unet}
 * @param weight name of its tensor in the component's files
 * @param key its name in a LoRA file, as kohya's scripts write it
 * @param shape of the weight, {@code [o, i]} or {@code [o, i, k, k]}
 */
public record TrainedLayer(String component, String weight, String key, long[] shape) {

  private static final String WEIGHT = ".weight";
  private static final String TEXT_MODEL = "text_model.";
  private static final Pattern ATTENTION =
      Pattern.compile(".*\\battn[12]\\.to_(q|k|v|out\\.0)\\.weight");
  private static final Pattern ALL =
      Pattern.compile(
          ".*\\b(attn[12]\\.to_(q|k|v|out\\.0)|proj_in|proj_out|ff\\.net\\.(0\\.proj|2)|conv1|conv2"
              + "|conv_shortcut|(down|up)samplers\\.\\d+\\.conv)\\.weight");
  private static final Pattern TEXT = Pattern.compile(".*\\bself_attn\\.(q|k|v|out)_proj\\.weight");

  /**
   * Finds the layers to train.
   *
   * @param model whose headers are read
   * @param declaration of its family
   * @param recipe says which kinds of layers
   * @return by component, in the order of their names
   * @throws IOException if a file can't be read
   * @throws IllegalArgumentException if the family has no names for LoRAs
   */
  static List<TrainedLayer> of(Model model, Declaration declaration, Recipe recipe)
      throws IOException {
    List<TrainedLayer> layers = new ArrayList<>();
    for (String component : declaration.components(Role.DENOISER)) {
      layers.addAll(of(model, declaration, component, recipe.all() ? ALL : ATTENTION));
    }
    for (String component : declaration.components(Role.TEXT_ENCODER)) {
      if (recipe.words()) layers.addAll(of(model, declaration, component, TEXT));
    }
    if (layers.isEmpty()) {
      throw new IllegalArgumentException(
          "The model "
              + model.path()
              + " has no attention layers, so there is nothing that a LoRA could change. Choose"
              + " another model.");
    }
    return layers;
  }

  private static List<TrainedLayer> of(
      Model model, Declaration declaration, String component, Pattern kind) throws IOException {
    Map<String, StoredTensor> sorted = new TreeMap<>();
    model.tensors(component).forEach((name, tensor) -> sorted.put(module(name), tensor));
    List<TrainedLayer> layers = new ArrayList<>();
    for (StoredTensor tensor : sorted.values()) {
      if (kind.matcher(tensor.name()).matches()) {
        String key = prefix(declaration, component) + named(tensor.name(), kind).replace('.', '_');
        layers.add(new TrainedLayer(component, tensor.name(), key, tensor.shape()));
      }
    }
    return layers;
  }

  private static String module(String tensor) {
    boolean weight = tensor.endsWith(WEIGHT);
    return weight ? tensor.substring(0, tensor.length() - WEIGHT.length()) : tensor;
  }

  private static String named(String tensor, Pattern kind) {
    String module = module(tensor);
    return kind == TEXT && !module.startsWith(TEXT_MODEL) ? TEXT_MODEL + module : module;
  }

  private static String prefix(Declaration declaration, String component) {
    List<String> prefixes =
        declaration.loras().prefixes().entrySet().stream()
            .filter(entry -> entry.getValue().equals(component))
            .map(Map.Entry::getKey)
            .filter(prefix -> prefix.startsWith("lora_"))
            .toList();
    if (prefixes.isEmpty()) {
      throw new IllegalArgumentException(
          "Models of the family "
              + declaration.label()
              + " take no LoRA, so they can't be trained. Choose another model.");
    }
    boolean numbered = declaration.components(Role.TEXT_ENCODER).size() > 1;
    return prefixes.get(numbered ? 0 : prefixes.size() - 1); // lora_te1_ or lora_te_
  }

  /** Returns the shape of A, {@code [r, i]} or {@code [r, i, k, k]}. */
  long[] down(int rank) {
    long[] down = shape.clone();
    down[0] = rank;
    return down;
  }

  /** Returns the shape of B, {@code [o, r]} or {@code [o, r, 1, 1]}. */
  long[] up(int rank) {
    return shape.length == 2 ? new long[] {shape[0], rank} : new long[] {shape[0], rank, 1, 1};
  }
}
