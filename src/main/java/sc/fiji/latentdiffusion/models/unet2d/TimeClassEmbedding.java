package sc.fiji.latentdiffusion.models.unet2d;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.function.Function;
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
 * time is given as {@link Sinusoids} or as {@link FourierFeatures}. A class is a row of a table, or
 * its number is embedded as a timestep is.
 */
final class TimeClassEmbedding {

  private static final String FREQUENCIES = "time_proj.weight";
  private static final String CLASSES = "class_embedding";
  private static final String COUNT = "num_class_embeds";

  private final Kernels kernels;
  private final UNetKernels times;
  private final UNet2DKernels both;
  private final Function<Float, float[]> numbers;
  private final Parameters parameters;
  private final NDArray table;
  private final Parameters numbered;
  private final int classes;

  TimeClassEmbedding(Weights weights, Config config) throws IOException {
    kernels = weights.kernels();
    times = new UNetKernels(kernels);
    both = new UNet2DKernels(kernels);
    parameters = TimestepEmbedding.layers(weights.at("time_embedding"));
    numbers = numbers(weights, config);
    boolean isNumber = config.has("class_embed_type");
    boolean isRow = !isNumber && config.has(COUNT);
    numbered = isNumber ? TimestepEmbedding.layers(weights.at(CLASSES)) : null;
    table = isRow ? table(weights, config.integer(COUNT)) : null;
    classes = isNumber ? config.integer(COUNT, Integer.MAX_VALUE) : isRow ? rows(weights) : 0;
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

  private static NDArray table(Weights weights, int classes) throws IOException {
    long width = LayerShapes.out(weights, "time_embedding.linear_2");
    weights.requireShape(CLASSES + ".weight", classes, width);
    return weights.tensor(CLASSES + ".weight");
  }

  private static int rows(Weights weights) throws IOException {
    return (int) weights.shape(CLASSES + ".weight")[0];
  }

  /** Returns how many classes there are; 0 if none is asked for. */
  int classes() {
    return classes;
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
    try (NDManager local = manager.newSubManager()) {
      NDArray time = row(numbers.apply((float) timestep), local);
      if (table != null) {
        NDArray row = table.get(label + ":" + (label + 1));
        row.attach(local);
        return both.timeAndClass(manager, time, parameters, row);
      }
      if (numbered == null) return times.timeEmbedding(manager, time, parameters);
      NDArray number = row(numbers.apply((float) label), local);
      return times.addedEmbedding(manager, time, parameters, number, numbered);
    }
  }

  private NDArray row(float[] values, NDManager manager) {
    return kernels.create(manager, values, new Shape(1, values.length));
  }
}
