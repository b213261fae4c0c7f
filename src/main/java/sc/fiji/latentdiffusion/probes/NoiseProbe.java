/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.probes;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import sc.fiji.latentdiffusion.addons.LoadedAddOns;
import sc.fiji.latentdiffusion.models.Sight;
import sc.fiji.latentdiffusion.models.Takes;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.random.Noise;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;

/**
 * Adds noise to latents and lets a model predict it, with each of several prompts, at several
 * levels and several times (Li et al. 2023, arXiv:2303.16203): {@code x = α x0 + σ ε}, and the
 * error is {@code (ε − ε̂)²}. All prompts meet the same noise. It is an iterator over levels, and
 * for each over prompts. Not for use by several threads.
 */
public final class NoiseProbe implements Iterator<NoiseProbe.Errors> {

  /**
   * How often the model is asked.
   *
   * @param levels K, at the timesteps ⌊(k + ½) T / K⌋
   * @param trials J, draws of noise at each level
   * @param seed of one generator that draws them all, level after level
   */
  public record Options(int levels, int trials, long seed) {

    /** The most levels, and trials. */
    public static final int MOST = 100;

    private static final int AT_ONCE = 4;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException naming the key, the values it may have and the one it has
     */
    public Options {
      check("levels", levels);
      check("trials", trials);
    }

    private static void check(String key, int found) {
      if (found >= 1 && found <= MOST) return;
      throw new IllegalArgumentException(
          key + " must be between 1 and " + MOST + ", but is " + found + ".");
    }

    /**
     * Returns a timestep.
     *
     * @param level k, from 0
     * @param trained T, how many timesteps the model was trained with
     */
    public int timestep(int level, int trained) {
      return (int) ((2L * level + 1) * trained / (2L * levels));
    }

    /** Returns how many trials are evaluated at once, of which all evaluations have as many. */
    public int batch() {
      int batch = AT_ONCE;
      while (trials % batch != 0) batch--;
      return batch;
    }

    /** Returns how many evaluations a number of prompts takes. */
    public int evaluations(int prompts) {
      return levels * prompts * (trials / batch());
    }
  }

  /**
   * The errors of one prompt at one level.
   *
   * @param level from 0
   * @param prompt from 0
   * @param squared of each trial the mean over the channels, {@code [h, w]}, rows first
   */
  public record Errors(int level, int prompt, float[][] squared) {}

  private final LatentDiffusion model;
  private final Request request;
  private final Options options;
  private final List<Evaluation> levels = new ArrayList<>();
  private final List<PromptedDenoiser> denoisers = new ArrayList<>();
  private final float[] latents;
  private final int channels;
  private final Noise generator;
  private float[][] drawn;
  private int done;

  /**
   * Encodes the prompts.
   *
   * @param model that is asked
   * @param request gives the reading of prompts, and the size of the picture in pixels
   * @param prompts to compare
   * @param latents without noise, {@code [1, c, h, w]}
   * @param addOns whose words the prompts may contain
   * @param owner owns what lasts as long as this
   * @throws IllegalArgumentException if the model takes no prompts, or classes or an image, too
   */
  public NoiseProbe(
      LatentDiffusion model,
      Request request,
      Options options,
      List<String> prompts,
      NDArray latents,
      LoadedAddOns addOns,
      NDManager owner) {
    this.model = model;
    this.options = options;
    Takes takes = model.networks().denoiser().takes();
    if (!takes.prompts() || takes.classes() > 0) {
      throw new IllegalArgumentException(
          "model must be one that takes words alone, which are compared, but "
              + model.model().name()
              + " takes "
              + (takes.prompts() ? "classes, too" : "none")
              + ". Choose another.");
    }
    requireUnseen(model);
    int batch = options.batch();
    this.request = request.withGuidance(1).withSampling(request.sampling().withBatch(batch));
    this.latents = latents.toFloatArray();
    Shape one = latents.getShape();
    channels = Math.toIntExact(one.get(1));
    Shape shape = new Shape(batch, channels, one.get(2), one.get(3));
    for (String text : prompts) {
      denoisers.add(
          new PromptedDenoiser(
              model,
              this.request,
              request.prompting().of(text).with(addOns.words()),
              shape,
              owner));
    }
    generator = Noise.of(options.seed());
    NoiseSchedule noise = model.noiseSchedule(request);
    for (int k = 0; k < options.levels(); k++) levels.add(level(noise, k));
  }

  private Evaluation level(NoiseSchedule noise, int k) {
    int index = options.timestep(k, noise.trainSteps());
    NoiseLevel level = noise.level(index);
    return Evaluation.of(k, k, noise.time(index), level, noise, noise.noise(level));
  }

  private static void requireUnseen(LatentDiffusion model) {
    Optional<Sight> sight = model.sight().filter(one -> !one.isOptional());
    if (sight.isEmpty()) return;
    throw new IllegalArgumentException(
        "model must be one that takes words alone, which are compared, but "
            + model.model().name()
            + " is "
            + sight.get().label()
            + ". Choose another.");
  }

  /** Returns the levels, as rows of a plan whose next samples are open. */
  public List<Evaluation> levels() {
    return List.copyOf(levels);
  }

  /** Returns how many errors it gives: one for each level and prompt. */
  public int size() {
    return levels.size() * denoisers.size();
  }

  @Override
  public boolean hasNext() {
    return done < size();
  }

  @Override
  public Errors next() {
    if (!hasNext()) throw new NoSuchElementException("All levels and prompts are done.");
    int level = done / denoisers.size();
    int prompt = done % denoisers.size();
    if (prompt == 0) draw();
    long start = System.nanoTime();
    float[][] squared = new float[options.trials()][];
    for (int from = 0; from < squared.length; from += options.batch()) {
      evaluate(levels.get(level), denoisers.get(prompt), from, squared);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    int evaluations = options.trials() / options.batch();
    if (done > 0) model.speed().evaluated(seconds / evaluations, request); // the first takes longer
    done++;
    return new Errors(level, prompt, squared);
  }

  private void draw() {
    drawn = new float[options.trials()][];
    Arrays.setAll(drawn, trial -> generator.randn(latents.length));
  }

  private void evaluate(
      Evaluation evaluation, PromptedDenoiser denoiser, int from, float[][] squared) {
    int n = latents.length;
    int batch = options.batch();
    float[] x = new float[batch * n];
    for (int b = 0; b < batch; b++) noisy(evaluation.level(), drawn[from + b], x, b * n);
    float[] output = denoiser.output(x, evaluation);
    for (int b = 0; b < batch; b++) {
      squared[from + b] = squared(evaluation, x, output, b * n, drawn[from + b]);
    }
  }

  private void noisy(NoiseLevel level, float[] noise, float[] x, int from) {
    float alpha = (float) level.alpha();
    float sigma = (float) level.sigma();
    for (int i = 0; i < noise.length; i++) x[from + i] = alpha * latents[i] + sigma * noise[i];
  }

  private float[] squared(Evaluation at, float[] x, float[] output, int from, float[] noise) {
    int pixels = noise.length / channels;
    float[] mean = new float[pixels];
    for (int pixel = 0; pixel < pixels; pixel++) {
      double sum = 0;
      for (int i = pixel; i < noise.length; i += pixels) {
        double error = noise[i] - at.noise().of(x[from + i], output[from + i]);
        sum += error * error;
      }
      mean[pixel] = (float) (sum / channels);
    }
    return mean;
  }
}
