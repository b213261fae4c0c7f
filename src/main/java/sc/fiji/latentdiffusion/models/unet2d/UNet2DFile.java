/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.unet2d;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import sc.fiji.latentdiffusion.io.Json;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.TensorFile;
import sc.fiji.latentdiffusion.io.model.Component;
import sc.fiji.latentdiffusion.io.model.SingleFile;
import sc.fiji.latentdiffusion.io.model.SingleFileLayout;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The tensors of a {@code UNet2DModel} alone, as a training script saves them. Its settings lie
 * beside the file: for {@code X.pt} in {@code X.json}, or in the folder {@code X} with {@code
 * config.json} and {@code scheduler_config.json}.
 */
final class UNet2DFile implements SingleFileLayout {

  private static final Set<String> NEEDED =
      Set.of("conv_in.weight", "conv_out.weight", "time_embedding.linear_1.weight");

  @Override
  public boolean fits(Set<String> names) {
    return names.containsAll(NEEDED)
        && names.stream().anyMatch(name -> name.startsWith("up_blocks."))
        && names.stream().noneMatch(name -> name.contains(".transformer_blocks."));
  }

  @Override
  public Optional<String> problem(Set<String> names) {
    return Optional.empty();
  }

  @Override
  public Settings settings(Path file, TensorFile content) throws IOException {
    Map<String, JsonObject> components = new LinkedHashMap<>();
    components.put(UNet2DFamily.UNET.name(), network(file));
    Path noise = beside(file, UNet2DFamily.SCHEDULER);
    boolean isKnown = Files.isRegularFile(noise);
    if (isKnown) components.put(UNet2DFamily.SCHEDULER.name(), Json.object(noise));
    JsonObject index = new JsonObject();
    components.forEach((name, settings) -> index.add(name, pair(settings)));
    List<String> notes = isKnown ? List.of() : List.of(UNet2DFamily.note(file));
    return new Settings(index, components, Set.of(), notes);
  }

  private static JsonObject network(Path file) throws IOException {
    Path own =
        SingleFile.beside(file).resolveSibling(SingleFile.beside(file).getFileName() + ".json");
    if (Files.isRegularFile(own)) return Json.object(own);
    Path folder = beside(file, UNet2DFamily.UNET);
    if (Files.isRegularFile(folder)) return Json.object(folder);
    throw new IOException(
        file
            + " holds the tensors of a UNet2DModel, but its settings are missing: expected "
            + own
            + " or "
            + folder
            + ". Put the model's config.json there.");
  }

  private static Path beside(Path file, Component component) {
    return SingleFile.beside(file).resolve(component.role().configName());
  }

  private static JsonArray pair(JsonObject settings) {
    JsonArray pair = new JsonArray();
    pair.add("diffusers");
    boolean isNamed = settings.has("_class_name");
    pair.add(isNamed ? settings.get("_class_name").getAsString() : UNet2DLayout.NETWORK);
    return pair;
  }

  @Override
  public Map<String, StoredTensor> tensors(String component, Config config, TensorFile content) {
    return content.tensors();
  }
}
