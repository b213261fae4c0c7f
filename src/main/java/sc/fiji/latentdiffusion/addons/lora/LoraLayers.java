/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.Role;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.nn.WeightChange;

/**
 * The changes that LoRAs make to the layers of a model. Only headers are read: every tensor of
 * every LoRA is known to have its place before anything is computed.
 */
public final class LoraLayers {

  private final Declaration declaration;
  private final LoraTargets targets;
  private final Map<String, Map<String, List<WeightChange>>> changes = new HashMap<>();
  private final List<String> notes = new ArrayList<>();

  private LoraLayers(
      List<Lora> loras, Map<String, Map<String, StoredTensor>> tensors, Declaration declaration)
      throws IOException {
    this.declaration = declaration;
    targets = new LoraTargets(tensors, declaration.loras());
    for (Lora lora : loras) add(lora);
  }

  /**
   * Finds the layers of a model: those of its denoisers and text encoders.
   *
   * @param loras any number
   * @param model its files
   * @param declaration of the model
   * @throws IOException if a LoRA is for another family, a tensor fits no layer, or a file is not
   *     valid
   */
  public static LoraLayers of(List<Lora> loras, Model model, Declaration declaration)
      throws IOException {
    Map<String, Map<String, StoredTensor>> tensors = new LinkedHashMap<>();
    for (Role role : List.of(Role.DENOISER, Role.TEXT_ENCODER)) {
      for (String component : declaration.components(role)) {
        if (!loras.isEmpty()) tensors.put(component, model.tensors(component));
      }
    }
    return new LoraLayers(loras, tensors, declaration);
  }

  /** Returns the changes of a component's tensors, by their names. */
  public Map<String, List<WeightChange>> of(String component) {
    return changes.getOrDefault(component, Map.of());
  }

  /** Returns a note for each LoRA of whose layers some stand in its file twice. */
  List<String> notes() {
    return List.copyOf(notes);
  }

  private void add(Lora lora) throws IOException {
    Map<String, LoraLayer> layers = layers(lora.file());
    for (Map.Entry<LoraTarget, LoraLayer> entry : placed(lora.file(), layers).entrySet()) {
      LoraTarget target = entry.getKey();
      LoraLayer layer = entry.getValue();
      WeightChange change = layer.change(target, lora.weight());
      Optional<WeightChange> bias = layer.biasChange(target, lora.weight());
      if (lora.weight() == 0) continue;
      add(target, target.tensor(), change);
      if (bias.isPresent()) add(target, target.bias().orElseThrow().name(), bias.get());
    }
  }

  private void add(LoraTarget target, String tensor, WeightChange change) {
    changes
        .computeIfAbsent(target.component(), component -> new HashMap<>())
        .computeIfAbsent(tensor, name -> new ArrayList<>())
        .add(change);
  }

  /** Groups the tensors of a file by their layers. */
  private static Map<String, LoraLayer> layers(LoraFile file) throws IOException {
    Map<String, LoraLayer> layers = new LinkedHashMap<>();
    PeftSettings settings = PeftSettings.of(file);
    for (Map.Entry<String, StoredTensor> entry : file.tensors().entrySet()) {
      LoraTensorName name = LoraTensorName.of(file, entry.getKey());
      layers
          .computeIfAbsent(
              LoraTargets.squashed(name.layer()),
              squashed -> new LoraLayer(file, name.layer(), settings))
          .add(name.part(), entry.getValue());
    }
    for (LoraLayer layer : layers.values()) layer.requireWhole();
    return layers;
  }

  /** Finds the model's layer of each of a LoRA's layers. */
  private Map<LoraTarget, LoraLayer> placed(LoraFile file, Map<String, LoraLayer> layers)
      throws IOException {
    Map<LoraTarget, LoraLayer> placed = new LinkedHashMap<>();
    List<LoraLayer> replaced = new ArrayList<>();
    LoraMismatch mismatch = new LoraMismatch(file, targets, declaration);
    for (Map.Entry<String, LoraLayer> entry : layers.entrySet()) {
      LoraLayer layer = entry.getValue();
      List<LoraTarget> found = targets.find(entry.getKey());
      if (found.isEmpty()) mismatch.addNameless(entry.getKey(), layer);
      for (LoraTarget target : found) {
        if (!layer.fits(target)) {
          mismatch.addShape(layer, target);
          break;
        }
        LoraLayer other = placed.put(target, layer);
        if (other != null && !isText(target)) throw twice(file, target, other, layer);
        if (other != null) replaced.add(other);
      }
    }
    mismatch.requireNone(layers.size());
    if (!replaced.isEmpty()) notes.add(note(file, replaced));
    return placed;
  }

  /** Merged files name layers of text encoders in two ways: the later in the file holds. */
  private boolean isText(LoraTarget target) {
    return declaration.components(Role.TEXT_ENCODER).contains(target.component());
  }

  private static String note(LoraFile file, List<LoraLayer> replaced) {
    return file
        + " holds "
        + replaced.size()
        + (replaced.size() == 1 ? " layer" : " layers")
        + " of a text encoder under two names. The later in the file is used; the first that is"
        + " left out is \""
        + replaced.get(0).name()
        + "\".";
  }

  private static IOException twice(
      LoraFile file, LoraTarget target, LoraLayer one, LoraLayer other) {
    return new IOException(
        file
            + " changes the layer "
            + target.tensor()
            + " twice, as \""
            + one.name()
            + "\" and \""
            + other.name()
            + "\"; expected once. Choose another file.");
  }
}
