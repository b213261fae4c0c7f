/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import sc.fiji.latentdiffusion.io.SafeTensorsWriter;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.TrainedWeights;
import sc.fiji.latentdiffusion.random.Noise;

/**
 * The factors A and B of all trained layers, float32, with the moments of AdamW. A starts as noise
 * over the rank (peft's "gaussian"), B as 0, so that the first change is none.
 */
final class Factors implements AutoCloseable {

  /** A part of a trained weight in the network's memory. */
  private record Place(int layer, NDArray weight, long tensor, TrainedWeights.Rows rows) {}

  private final List<TrainedLayer> layers;
  private final NDManager manager;
  private final TrainingKernels kernels;
  private final List<Place> places = new ArrayList<>();
  private final List<NDArray> weights = new ArrayList<>();
  private final Map<String, NDArray> state = new LinkedHashMap<>();
  private final Map<String, Parameters> lists = new LinkedHashMap<>();
  private final int rank;

  /**
   * @param layers whose weights are trained
   * @param trained the weights of each component in memory
   * @param recipe gives rank and seed
   * @param manager owns the factors
   */
  Factors(
      List<TrainedLayer> layers,
      Map<String, TrainedWeights> trained,
      Recipe recipe,
      NDManager manager,
      TrainingKernels kernels) {
    this.layers = used(layers, trained);
    this.manager = manager.newSubManager();
    this.kernels = kernels;
    rank = recipe.rank();
    trained.forEach(this::place);
    places.sort(
        Comparator.comparingInt(Place::layer)
            .thenComparingLong(place -> place.rows().firstOfWeight()));
    draw(recipe.seed());
    list();
    merge();
  }

  /** A weight that the network does not read has no place. */
  private static List<TrainedLayer> used(
      List<TrainedLayer> layers, Map<String, TrainedWeights> trained) {
    return layers.stream()
        .filter(
            layer ->
                trained.get(layer.component()).rows().stream()
                    .anyMatch(rows -> rows.name().equals(layer.weight())))
        .toList();
  }

  private void place(String component, TrainedWeights trained) {
    int first = weights.size();
    weights.addAll(trained.tensors());
    for (TrainedWeights.Rows rows : trained.rows()) {
      NDArray weight = trained.tensors().get(rows.tensor());
      NDArray part = kernels.place(manager, weight, rows.firstRow(), rows.endRow());
      places.add(new Place(layer(component, rows.name()), part, first + rows.tensor(), rows));
    }
  }

  private int layer(String component, String weight) {
    for (int i = 0; i < layers.size(); i++) {
      TrainedLayer layer = layers.get(i);
      if (layer.component().equals(component) && layer.weight().equals(weight)) return i;
    }
    throw new IllegalStateException("No layer was asked to be trained of " + weight);
  }

  private void draw(long seed) {
    Noise noise = Noise.of(seed);
    for (TrainedLayer layer : layers) {
      long[] shape = layer.down(rank);
      float[] numbers = noise.randn(size(shape));
      for (int i = 0; i < numbers.length; i++) numbers[i] /= rank;
      put(down(layer), numbers, shape);
    }
    for (TrainedLayer layer : layers) {
      put(up(layer), new float[size(layer.up(rank))], layer.up(rank));
    }
  }

  private void put(String name, float[] numbers, long[] shape) {
    state.put(name, manager.create(numbers, new Shape(shape)));
    state.put(mean(name), manager.create(new float[numbers.length], new Shape(shape)));
    state.put(square(name), manager.create(new float[numbers.length], new Shape(shape)));
    state.put(steps(name), manager.create(0f));
  }

  private static int size(long[] shape) {
    return Math.toIntExact(LongStream.of(shape).reduce(1, Math::multiplyExact));
  }

  static String down(TrainedLayer layer) {
    return layer.key() + ".lora_down.weight";
  }

  static String up(TrainedLayer layer) {
    return layer.key() + ".lora_up.weight";
  }

  static String mean(String name) {
    return "exp_avg." + name;
  }

  static String square(String name) {
    return "exp_avg_sq." + name;
  }

  private static String steps(String name) {
    return "steps." + name;
  }

  /** Makes the lists of the kernels once; they see what is written into the tensors. */
  private void list() {
    NDList bases = new NDList();
    for (Place place : places) {
      NDArray base = place.weight().duplicate();
      base.attach(manager);
      bases.add(base);
    }
    lists.put("weights", new Parameters(weights));
    lists.put("places", new Parameters(places.stream().map(Place::weight).toList()));
    lists.put("bases", new Parameters(bases));
    lists.put("a", named(layers.stream().map(Factors::down).toList()));
    lists.put("b", named(layers.stream().map(Factors::up).toList()));
    lists.put("p", named(names()));
    lists.put("m", named(names().stream().map(Factors::mean).toList()));
    lists.put("v", named(names().stream().map(Factors::square).toList()));
    lists.put("steps", named(names().stream().map(Factors::steps).toList()));
  }

  private Parameters named(List<String> names) {
    return new Parameters(names.stream().map(state::get).toList());
  }

  /** Returns the names of all A, then of all B, as in a LoRA file. */
  List<String> names() {
    List<String> names = new ArrayList<>(layers.stream().map(Factors::down).toList());
    names.addAll(layers.stream().map(Factors::up).toList());
    return names;
  }

  /** Returns the layers. */
  List<TrainedLayer> layers() {
    return layers;
  }

  /**
   * Returns the tensor of a name of {@link #names}, or of {@link #mean} or {@link #square} of it.
   */
  NDArray tensor(String name) {
    return state.get(name);
  }

  /** Returns the tensor of such a name to be written to a file. */
  SafeTensorsWriter.Tensor written(String name) {
    NDArray tensor = state.get(name);
    return new SafeTensorsWriter.Tensor(tensor.getShape().getShape(), tensor.toFloatArray());
  }

  /**
   * Continues from saved factors.
   *
   * @param saved by the names of {@link #names}, {@link #mean} and {@link #square}
   * @param steps that were taken
   */
  void set(Map<String, float[]> saved, int steps) {
    for (String name : names()) {
      for (String one : List.of(name, mean(name), square(name))) state.get(one).set(saved.get(one));
      state.get(steps(name)).set(new float[] {steps});
    }
    merge();
  }

  /** Puts {@code W + B A} into the networks. */
  private void merge() {
    kernels.setWeights(
        manager,
        lists.get("places"),
        lists.get("bases"),
        lists.get("a"),
        lists.get("b"),
        longs(Place::layer),
        longs(place -> place.rows().firstOfWeight()));
  }

  private long[] longs(ToLongFunction<Place> of) {
    return places.stream().mapToLong(of).toArray();
  }

  /**
   * Differentiates.
   *
   * @param loss {@code []}
   * @return gradients in the order of {@link #names}, of the manager of loss
   */
  NDList gradients(NDArray loss) {
    long[] counts = new long[layers.size()];
    places.forEach(place -> counts[place.layer()]++);
    return kernels.factorGradients(
        loss,
        lists.get("weights"),
        lists.get("a"),
        lists.get("b"),
        counts,
        longs(Place::tensor),
        longs(place -> place.rows().firstRow()),
        longs(place -> place.rows().endRow()));
  }

  /**
   * Takes a step of the optimiser.
   *
   * @param gradients in the order of {@link #names}
   * @param rate of learning
   * @return the norm of all gradients
   */
  double step(NDList gradients, double rate) {
    try (Parameters g = new Parameters(gradients);
        NDArray norm =
            kernels.adamw(
                manager,
                lists.get("p"),
                g,
                lists.get("m"),
                lists.get("v"),
                lists.get("steps"),
                rate,
                Recipe.DECAY)) {
      double found = norm.getFloat();
      merge();
      return found;
    }
  }

  @Override
  public void close() {
    lists.values().forEach(Parameters::close);
    manager.close();
  }
}
