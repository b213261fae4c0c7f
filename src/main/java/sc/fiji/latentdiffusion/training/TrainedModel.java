/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.training;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import sc.fiji.latentdiffusion.engine.Hardware;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.models.Family;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.models.LoadedWeights;
import sc.fiji.latentdiffusion.models.Loading;
import sc.fiji.latentdiffusion.models.Sight;
import sc.fiji.latentdiffusion.models.Takes;
import sc.fiji.latentdiffusion.models.prompts.PromptTokenizer;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.TrainedWeights;
import sc.fiji.latentdiffusion.nn.WeightChange;

/** A model whose layers are to be trained: loaded by its family, with kernels for gradients. */
final class TrainedModel implements AutoCloseable {

  private final LoadedModel model;
  private final List<TrainedLayer> layers;
  private final Map<String, TrainedWeights> trained;
  private final Optional<PromptTokenizer> tokenizer;

  private TrainedModel(
      LoadedModel model,
      List<TrainedLayer> layers,
      Map<String, TrainedWeights> trained,
      Optional<PromptTokenizer> tokenizer) {
    this.model = model;
    this.layers = layers;
    this.trained = trained;
    this.tokenizer = tokenizer;
  }

  /** The layers of each component, as they are loaded. */
  private record Layers(Map<String, TrainedWeights> byComponent) implements Loading.Changes {
    @Override
    public Map<String, List<WeightChange>> of(String component) {
      return Map.of();
    }

    @Override
    public Optional<TrainedWeights> trained(String component) {
      return Optional.ofNullable(byComponent.get(component));
    }
  }

  /**
   * Loads a model.
   *
   * @param files of the model
   * @param recipe says what is trained
   * @param hardware where and in which precision
   * @throws IOException if it can't be read
   * @throws IllegalArgumentException if it can't be trained
   */
  static TrainedModel load(Model files, Recipe recipe, Hardware hardware) throws IOException {
    Family family = Families.of(files);
    Declaration declaration = Families.declare(family, files);
    List<TrainedLayer> layers = TrainedLayer.of(files, declaration, recipe);
    Map<String, TrainedWeights> trained = new LinkedHashMap<>();
    layers.stream()
        .collect(
            Collectors.groupingBy(
                TrainedLayer::component,
                LinkedHashMap::new,
                Collectors.mapping(TrainedLayer::weight, Collectors.toSet())))
        .forEach((component, names) -> trained.put(component, new TrainedWeights(names)));
    NDManager manager = hardware.newManager();
    try {
      Loading with =
          new Loading(
              manager,
              Kernels.differentiable(manager),
              hardware.precision(),
              new Layers(trained),
              new LoadedWeights(hardware.memory().usable()));
      LoadedModel model = family.load(files, declaration, with);
      requireTrainable(model);
      List<PromptTokenizer> tokenizers = family.tokenizers(files);
      return new TrainedModel(model, layers, trained, tokenizers.stream().findFirst());
    } catch (IOException | RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  private static void requireTrainable(LoadedModel model) {
    Takes takes = model.denoiser().takes();
    String problem = "";
    Optional<Sight> sight = model.declaration().sight();
    if (sight.isPresent()) problem = "is " + sight.get().label();
    if (takes.guidance().isOneHalf()) problem = "is distilled, as LCM: it needs no second half";
    Set<Integer> encoders = model.conditioner().widths().keySet();
    if (!encoders.isEmpty() && !encoders.contains(0)) problem = "is a refiner";
    if (problem.isEmpty()) return;
    throw new IllegalArgumentException(
        "The model "
            + model.files().path()
            + " "
            + problem
            + "; such models can't be trained. Choose the model that it was made from.");
  }

  LoadedModel networks() {
    return model;
  }

  /** Returns the layers that were asked for. */
  List<TrainedLayer> layers() {
    return layers;
  }

  /** Returns the weights of each component; they are set when its network has been read. */
  Map<String, TrainedWeights> trained() {
    return trained;
  }

  Optional<PromptTokenizer> tokenizer() {
    return tokenizer;
  }

  @Override
  public void close() {
    model.close();
    model.manager().close();
  }
}
