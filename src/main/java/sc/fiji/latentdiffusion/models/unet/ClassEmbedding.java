/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.unet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.LayerShapes;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The embedding of a class, which is added to that of the timestep: a row of a table, or its number
 * embedded as a timestep is.
 */
public final class ClassEmbedding {

  private static final String PLACE = "class_embedding";
  private static final String TABLE = PLACE + ".weight";
  private static final String TYPE = "class_embed_type";
  private static final String COUNT = "num_class_embeds";

  private final Kernels kernels;
  private final UNetKernels embeddings;
  private final Function<Float, float[]> numbers;
  private final NDArray table;
  private final Parameters numbered;
  private final int classes;

  private ClassEmbedding(
      Weights weights, Config config, boolean isNumber, Function<Float, float[]> numbers)
      throws IOException {
    kernels = weights.kernels();
    embeddings = new UNetKernels(kernels);
    this.numbers = numbers;
    numbered = isNumber ? TimestepEmbedding.layers(weights.at(PLACE)) : null;
    table = isNumber ? null : table(weights, config.integer(COUNT));
    classes = isNumber ? config.integer(COUNT, Integer.MAX_VALUE) : config.integer(COUNT);
  }

  /**
   * Reads the embedding.
   *
   * @param weights the network's place
   * @param config its settings, with {@code class_embed_type} timestep, or {@code num_class_embeds}
   * @param numbers that stand for a number, as for a timestep
   * @return nothing if the settings have no classes
   * @throws IOException if the weights have another table, or none
   */
  public static Optional<ClassEmbedding> of(
      Weights weights, Config config, Function<Float, float[]> numbers) throws IOException {
    boolean isNumber = config.has(TYPE);
    if (!isNumber && !config.has(COUNT)) return Optional.empty();
    String key = isNumber ? TYPE : COUNT;
    TimestepEmbedding.requireSame(key, config.toMap().get(key), PLACE, weights.has(PLACE));
    return Optional.of(new ClassEmbedding(weights, config, isNumber, numbers));
  }

  private static NDArray table(Weights weights, int classes) throws IOException {
    weights.requireShape(TABLE, classes, LayerShapes.out(weights, "time_embedding.linear_2"));
    return weights.tensor(TABLE);
  }

  /** Returns how many classes there are. */
  public int classes() {
    return classes;
  }

  /**
   * Embeds a timestep and a class.
   *
   * @param owner of the result
   * @param time the numbers of the timesteps, {@code [1 or b, c]}
   * @param layers of the timestep's embedding, as {@link UNetKernels#timeEmbedding} takes them
   * @param label of the class, 0 … {@link #classes} − 1
   * @return SiLU of the sum, {@code [1 or b, d]}
   */
  public NDArray embedded(NDManager owner, NDArray time, Parameters layers, int label) {
    try (NDManager local = owner.newSubManager()) {
      if (table == null) {
        float[] row = numbers.apply((float) label);
        NDArray number = kernels.create(local, row, new Shape(1, row.length));
        return embeddings.addedEmbedding(owner, time, layers, number, numbered);
      }
      NDArray row = table.get(label + ":" + (label + 1));
      row.attach(local);
      return embeddings.timeAndClass(owner, time, layers, row);
    }
  }
}
