/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.addons.AddOn;
import sc.fiji.latentdiffusion.addons.Added;
import sc.fiji.latentdiffusion.addons.Entry;
import sc.fiji.latentdiffusion.addons.Kind;
import sc.fiji.latentdiffusion.addons.ListSyntax;
import sc.fiji.latentdiffusion.addons.ListSyntax.Part;

/** LoRA: small changes of a model's weights. */
@Plugin(type = AddOn.class, priority = 100)
public final class LoraAddOn implements AddOn {

  /** Where LoRAs lie and how their list is written. */
  public static final Kind KIND =
      new Kind(
          "lora",
          "LoRA",
          "lora",
          List.of(".safetensors"),
          List.of("pytorch_lora_weights.safetensors", LoraFile.ADAPTER),
          "",
          new ListSyntax(
              "names or paths with commas between them, each with or without a colon and a weight"
                  + " (cells:0.8, other), a name with a comma in quotes",
              Part.WEIGHT),
          "Several are written name:0.8, other:0.5; a name with a comma or colon stands in quotes");

  @Override
  public Kind kind() {
    return KIND;
  }

  @Override
  public Added find(List<Entry> entries, Path modelsFolder) throws IOException {
    Set<Path> paths = new HashSet<>();
    List<Lora> loras = new ArrayList<>();
    for (Entry entry : entries) {
      LoraFile file = LoraFile.find(entry.name(), modelsFolder);
      if (!paths.add(file.path())) throw KIND.twice(file.path().toString());
      loras.add(new Lora(file, entry.weight()));
    }
    return new Loras(List.copyOf(loras));
  }

  @Override
  public Optional<List<String>> words(List<Entry> entries, Path modelsFolder) throws IOException {
    List<String> all = new ArrayList<>();
    for (Entry entry : entries) {
      LoraFile file = LoraFile.find(entry.name(), modelsFolder);
      Optional<List<String>> captions = file.captions();
      if (captions.isEmpty()) return captions;
      all.addAll(file.bundled().keySet());
      all.addAll(captions.get());
    }
    return Optional.of(all);
  }
}
