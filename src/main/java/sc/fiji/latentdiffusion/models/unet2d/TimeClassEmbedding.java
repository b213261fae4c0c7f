/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.unet2d;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;
import sc.fiji.latentdiffusion.models.unet.ClassEmbedding;
import sc.fiji.latentdiffusion.models.unet.Sinusoids;
import sc.fiji.latentdiffusion.models.unet.TimestepEmbedding;
import sc.fiji.latentdiffusion.models.unet.UNetKernels;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.LayerShapes;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The embedding of the timestep through two linear layers, and of a class that is added to it. The
 * time is given as {@link Sinusoids} or as {@link FourierFeatures}.
 */
final class TimeClassEmbedding {

  private static final String FREQUENCIES = "time_proj.weight";

  private final Kernels kernels;
  private final UNetKernels embeddings;
  private final Function<Float, float[]> numbers;
  private final Parameters parameters;
  private final Optional<ClassEmbedding> classes;

  TimeClassEmbedding(Weights weights, Config config) throws IOException {
    kernels = weights.kernels();
    embeddings = new UNetKernels(kernels);
    parameters = TimestepEmbedding.layers(weights.at("time_embedding"));
    numbers = numbers(weights, config);
    classes = ClassEmbedding.of(weights, config, numbers);
  }

  private static Function<Float, float[]> numbers(Weights weights, Config config)
      throws IOException {
    int width = (int) LayerShapes.in(weights, "time_embedding.linear_1");
    if (!isFourier(config)) return Sinusoids.of(config, width)::of;
    weights.requireShape(FREQUENCIES, width / 2);
    return new FourierFeatures(weights.tensor(FREQUENCIES))::of;
  }

  /** Returns whether the time is given as {@link FourierFeatures}. */
  static boolean isFourier(Config config) {
    return config.text("time_embedding_type", "positional").equals("fourier");
  }

  /** Returns how many classes there are; 0 if none is asked for. */
  int classes() {
    return classes.map(ClassEmbedding::classes).orElse(0);
  }

  /**
   * Embeds.
   *
   * @param timestep need not be whole
   * @param label of the class, 0 … {@link #classes} − 1; not used without classes
   * @param manager owns the result
   * @return SiLU of the embedding, {@code [1, d]}, as every block wants it
   */
  NDArray forward(double timestep, int label, NDManager manager) {
    float[] row = numbers.apply((float) timestep);
    try (NDArray time = kernels.create(manager, row, new Shape(1, row.length))) {
      return classes.isPresent()
          ? classes.get().embedded(manager, time, parameters, label)
          : embeddings.timeEmbedding(manager, time, parameters);
    }
  }
}
