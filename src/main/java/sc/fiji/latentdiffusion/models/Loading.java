/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.TrainedWeights;
import sc.fiji.latentdiffusion.nn.WeightChange;

/**
 * Where and how a model's networks are loaded.
 *
 * @param manager owns the networks; its device is where the model runs
 * @param kernels that networks run on
 * @param precision that networks compute in
 * @param changes of the weights, made as they are read
 * @param weights keeps the networks' weights within the memory there is
 */
public record Loading(
    NDManager manager,
    Kernels kernels,
    Precision precision,
    Changes changes,
    LoadedWeights weights) {

  /** Gives the changes of a component's weights, by tensor. */
  @FunctionalInterface
  public interface Changes {

    /** No change of any weight. */
    Changes NONE = component -> Map.of();

    /**
     * @param component as {@code model_index.json} names it, for example {@code unet}
     */
    Map<String, List<WeightChange>> of(String component) throws IOException;

    /**
     * Returns the weights that are trained; none unless a model is loaded to be trained.
     *
     * @param component as {@code model_index.json} names it, for example {@code unet}
     */
    default Optional<TrainedWeights> trained(String component) {
      return Optional.empty();
    }
  }

  /**
   * Reads the headers of a component's weights.
   *
   * @param files of the model
   * @param component as {@code model_index.json} names it, for example {@code unet}
   * @param stored precision in which its weights are kept in memory
   * @throws IOException if a file is missing or not right
   */
  public NetworkFiles files(Model files, String component, Precision stored) throws IOException {
    return new NetworkFiles(
        () -> files.tensors(component),
        changes.of(component),
        changes.trained(component),
        manager,
        kernels,
        stored);
  }

  /**
   * Adds a network of the model, built from the headers of its files.
   *
   * @param label for messages, for example "U-Net"
   * @param files of the model
   * @param component as {@code model_index.json} names it, for example {@code unet}
   * @param builder builds it
   * @throws IOException if a tensor is missing or left over, or something is not supported
   */
  public <N> LazyNetwork<N> network(
      String label, Model files, String component, LazyNetwork.Builder<N> builder)
      throws IOException {
    return network(label, files, files(files, component, precision), builder);
  }

  /**
   * Adds a network of the model that shares its files with another.
   *
   * @param label for messages, for example "VAE's decoder"
   * @param model for messages
   * @param tensors as {@link #files} gives them
   * @param builder builds it
   * @throws IOException if a tensor is missing or left over, or something is not supported
   */
  public <N> LazyNetwork<N> network(
      String label, Model model, NetworkFiles tensors, LazyNetwork.Builder<N> builder)
      throws IOException {
    return weights.add(tensors.network("The " + label + " of " + model.path(), builder));
  }
}
