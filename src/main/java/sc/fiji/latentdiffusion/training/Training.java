/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.engine.Hardware;
import sc.fiji.latentdiffusion.io.SafeTensorsWriter;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.random.Noise;

/**
 * Trains a LoRA, one step at a time. Equal pictures, recipes and machines give equal bits, also
 * when a training is continued.
 */
public final class Training implements AutoCloseable {

  /** The eighths of the timesteps at which crops that are held back are predicted. */
  private static final int[] EIGHTHS = {1, 3, 5, 7};

  /**
   * What a step tells.
   *
   * @param step its number, from 1
   * @param loss of its batch, before the step
   * @param rate of learning
   * @param norm of all gradients, before they were scaled to 1 at most
   */
  public record Step(int step, double loss, double rate, double norm) {}

  private final Recipe recipe;
  private final TrainedModel model;
  private final TrainingKernels kernels;
  private final Objective objective;
  private final Crops crops;
  private final LatentCrops latents;
  private final Captions captions;
  private final Factors factors;
  private int done;

  /**
   * Loads the model and draws crops and factors.
   *
   * @param files of the model
   * @param recipe for the training
   * @param examples the pictures
   * @param hardware where it runs, and in which precision
   * @throws IOException if the model can't be read
   * @throws IllegalArgumentException if it can't be trained, or a picture is smaller than a crop
   */
  public Training(Model files, Recipe recipe, List<Example> examples, Hardware hardware)
      throws IOException {
    this.recipe = recipe;
    objective = new Objective(Families.noiseSchedule(files), recipe.snr());
    crops = new Crops(examples, recipe);
    model = TrainedModel.load(files, recipe, hardware);
    try {
      kernels = new TrainingKernels(model.networks().kernels());
      latents = new LatentCrops(model.networks(), recipe.size());
      captions = new Captions(model, kernels, recipe);
      model.networks().weights().loadTrained();
      NDManager manager = model.networks().manager();
      factors = new Factors(model.layers(), model.trained(), recipe, manager, kernels);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /** Returns the number of steps that were taken. */
  public int done() {
    return done;
  }

  /** Returns the crops. */
  public Crops crops() {
    return crops;
  }

  /** Takes a step. */
  public Step step() {
    try (NDManager local = model.networks().manager().newSubManager()) {
      NDArray loss = loss(local);
      NDList gradients = factors.gradients(loss);
      double rate = recipe.rate(done);
      double norm = factors.step(gradients, rate);
      done++;
      return new Step(done, loss.getFloat(), rate, norm);
    }
  }

  /** The loss of the next step's batch. */
  NDArray loss(NDManager local) {
    List<Crops.Crop> training = crops.training();
    Shape one = latents.shape();
    int numbers = Math.toIntExact(one.size());
    Draws draws = Draws.of(recipe, done, training.size(), numbers, objective.timesteps());
    List<Crops.Crop> chosen = Arrays.stream(draws.crops()).mapToObj(training::get).toList();
    Shape shape = new Shape(recipe.batch(), one.get(1), one.get(2), one.get(3));
    NDArray posterior = latents.posteriors(chosen, draws.turned(), local);
    NDArray x0 = kernels.drawn(posterior, local.create(draws.posterior(), shape));
    NDArray noise = local.create(draws.noise(), shape);
    List<String> texts = chosen.stream().map(Crops.Crop::caption).toList();
    List<Objective.Terms> terms = Arrays.stream(draws.timesteps()).mapToObj(objective::at).toList();
    return loss(x0, noise, captions.of(texts, local), terms, local);
  }

  private NDArray loss(
      NDArray x0, NDArray noise, Conditioning told, List<Objective.Terms> terms, NDManager local) {
    NDArray x = mixed(x0, noise, terms, Objective.Terms::alpha, Objective.Terms::sigma);
    NDArray target = mixed(x0, noise, terms, Objective.Terms::ofData, Objective.Terms::ofNoise);
    double[] timesteps = terms.stream().mapToDouble(Objective.Terms::timestep).toArray();
    NDArray output = model.networks().denoiser().begin(told, local).predict(x, timesteps);
    NDArray weights = local.create(numbers(terms, Objective.Terms::weight));
    return kernels.loss(output, target, weights);
  }

  private interface Term {
    double of(Objective.Terms terms);
  }

  private NDArray mixed(
      NDArray x0, NDArray noise, List<Objective.Terms> terms, Term ofData, Term ofNoise) {
    NDManager local = x0.getManager();
    Shape shape = new Shape(terms.size(), 1, 1, 1);
    NDArray p = local.create(numbers(terms, ofData), shape);
    NDArray q = local.create(numbers(terms, ofNoise), shape);
    return kernels.mixed(x0, noise, p, q);
  }

  private static float[] numbers(List<Objective.Terms> terms, Term term) {
    float[] numbers = new float[terms.size()];
    for (int i = 0; i < numbers.length; i++) numbers[i] = (float) term.of(terms.get(i));
    return numbers;
  }

  /**
   * Predicts the crops that are held back, at timesteps and with noise that are always the same.
   *
   * @return the mean of all losses, without weights; NaN without such crops
   */
  public double heldBackLoss() {
    Noise generator = Noise.of(recipe.seed());
    Objective.Terms[] levels =
        Arrays.stream(EIGHTHS)
            .mapToObj(eighth -> objective.at(objective.timesteps() * eighth / 8))
            .toArray(Objective.Terms[]::new);
    double sum = 0;
    for (Crops.Crop crop : crops.heldBack()) {
      for (Objective.Terms level : levels) sum += heldBackLoss(crop, level, generator);
    }
    return sum / (crops.heldBack().size() * levels.length);
  }

  private double heldBackLoss(Crops.Crop crop, Objective.Terms level, Noise generator) {
    try (NDManager local = model.networks().manager().newSubManager()) {
      Shape shape = latents.shape();
      NDArray posterior = latents.posteriors(List.of(crop), new int[1], local);
      NDArray none = local.zeros(shape);
      NDArray x0 = kernels.drawn(posterior, none);
      NDArray noise = local.create(generator.randn(Math.toIntExact(shape.size())), shape);
      Objective.Terms terms =
          new Objective.Terms(
              level.timestep(), level.alpha(), level.sigma(), level.ofData(), level.ofNoise(), 1);
      Conditioning told = captions.of(Collections.singletonList(crop.caption()), local);
      return loss(x0, noise, told, List.of(terms), local).getFloat();
    }
  }

  /**
   * Writes the LoRA and its state, as far as it has learned.
   *
   * @param files where to
   * @param deciding all that decides its numbers, for {@link TrainingState#requireSame}
   * @param said texts for the header of the LoRA, beside those of this training
   * @throws IOException if they can't be written; earlier files then stay
   */
  public void save(TrainingFiles files, Map<String, String> deciding, Map<String, String> said)
      throws IOException {
    TrainingState.write(files.state(), factors, done, deciding);
    Map<String, SafeTensorsWriter.Tensor> tensors = new LinkedHashMap<>();
    for (TrainedLayer layer : factors.layers()) {
      String alpha = layer.key() + ".alpha";
      tensors.put(alpha, new SafeTensorsWriter.Tensor(new long[0], new float[] {recipe.rank()}));
      for (String name : List.of(Factors.down(layer), Factors.up(layer))) {
        tensors.put(name, factors.written(name));
      }
    }
    Map<String, String> header = new LinkedHashMap<>(TrainingNotes.of(recipe, model, done));
    header.putAll(said);
    SafeTensorsWriter.write(files.lora(), tensors, header);
  }

  /** Returns how many bytes {@link #save} writes, within some. */
  public long bytes() {
    long factor = 4; // the LoRA, and the state with two moments
    return factor
        * factors.names().stream().mapToLong(name -> 4 * factors.tensor(name).size()).sum();
  }

  /**
   * Continues a training.
   *
   * @param state of it
   * @throws IOException if it can't be read
   */
  public void resume(TrainingState state) throws IOException {
    state.into(factors);
    done = state.steps();
  }

  Factors factors() {
    return factors;
  }

  @Override
  public void close() {
    factors.close();
    model.close();
  }
}
