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
 * The changes that LoRAs make to the layers of a model. Nothing but headers is read: whether every
 * tensor of every LoRA has its place is known before anything is computed.
 */
public final class LoraLayers {

  private final Declaration declaration;
  private final LoraTargets names;
  private final Map<String, Map<String, List<WeightChange>>> changes = new HashMap<>();

  private LoraLayers(
      List<Lora> loras, Map<String, Map<String, StoredTensor>> tensors, Declaration declaration)
      throws IOException {
    this.declaration = declaration;
    names = new LoraTargets(tensors, declaration.loras());
    for (Lora lora : loras) {
      add(lora);
    }
  }

  /**
   * Finds the layers of a model: those of its denoisers and text encoders.
   *
   * @param loras any number
   * @param model its files
   * @param declaration of the model
   * @throws IOException if a LoRA is of another family, a tensor fits no layer, or a file is wrong
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

  /** Returns the changes to a component's tensors, by their names. */
  public Map<String, List<WeightChange>> of(String component) {
    return changes.getOrDefault(component, Map.of());
  }

  private void add(Lora lora) throws IOException {
    Map<String, LoraLayer> modules = modules(lora.file());
    Map<LoraTargets.Layer, LoraLayer> placed = placed(lora.file(), modules);
    PeftScaling scaling = PeftScaling.of(lora.file());
    for (Map.Entry<LoraTargets.Layer, LoraLayer> entry : placed.entrySet()) {
      WeightChange change = entry.getValue().lowRank(entry.getKey(), scaling, lora.weight());
      if (lora.weight() != 0) {
        add(entry.getKey(), change);
      }
    }
  }

  private void add(LoraTargets.Layer layer, WeightChange change) {
    changes
        .computeIfAbsent(layer.component(), component -> new HashMap<>())
        .computeIfAbsent(layer.tensor(), tensor -> new ArrayList<>())
        .add(change);
  }

  private static Map<String, LoraLayer> modules(LoraFile file) throws IOException {
    Map<String, LoraLayer> modules = new LinkedHashMap<>();
    for (Map.Entry<String, StoredTensor> entry : file.tensors().entrySet()) {
      LoraTensorName key = LoraTensorName.of(file, entry.getKey());
      modules
          .computeIfAbsent(
              LoraTargets.squashed(key.module()), name -> new LoraLayer(file, key.module()))
          .add(key.part(), entry.getValue());
    }
    for (LoraLayer module : modules.values()) {
      module.requireWhole();
    }
    return modules;
  }

  private Map<LoraTargets.Layer, LoraLayer> placed(LoraFile file, Map<String, LoraLayer> modules)
      throws IOException {
    Map<LoraTargets.Layer, LoraLayer> placed = new LinkedHashMap<>();
    LoraMismatch misfits = new LoraMismatch(file, names, declaration);
    for (Map.Entry<String, LoraLayer> entry : modules.entrySet()) {
      LoraLayer module = entry.getValue();
      Optional<LoraTargets.Layer> layer = names.find(entry.getKey());
      if (layer.isEmpty()) {
        misfits.addNameless(entry.getKey(), module);
      } else if (module.misfit(layer.get()).isPresent()) {
        misfits.addShape(module, layer.get(), module.misfit(layer.get()).get());
      } else {
        LoraLayer other = placed.put(layer.get(), module);
        requireNone(file, other, module, layer.get());
      }
    }
    misfits.requireNone(modules.size());
    return placed;
  }

  private static void requireNone(
      LoraFile file, LoraLayer other, LoraLayer module, LoraTargets.Layer layer)
      throws IOException {
    if (other != null) {
      throw new IOException(
          file
              + " changes the layer "
              + layer.tensor()
              + " twice, as \""
              + other.name()
              + "\" and \""
              + module.name()
              + "\"; expected once. Choose another file.");
    }
  }
}
