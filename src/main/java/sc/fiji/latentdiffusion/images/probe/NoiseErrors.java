/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.probe;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import sc.fiji.latentdiffusion.probes.NoiseProbe;

/**
 * The errors with which a model predicts noise, in units of the noise's variance: 1 is the error of
 * a model that predicts none. Cells of the latents outside of a selection do not count.
 */
final class NoiseErrors {

  private final int levels;
  private final int trials;
  private final int prompts;
  private final boolean[] counted;
  private final float[][][] maps;
  private final double[][][] means;

  /**
   * @param options of the probe
   * @param prompts how many are compared
   * @param counted which cells count, rows first; at least one
   */
  NoiseErrors(NoiseProbe.Options options, int prompts, boolean[] counted) {
    levels = options.levels();
    trials = options.trials();
    this.prompts = prompts;
    this.counted = counted;
    maps = new float[levels][prompts][];
    means = new double[prompts][levels][trials];
  }

  /** Takes the errors of one prompt at one level. */
  void add(NoiseProbe.Errors errors) {
    float[][] squared = errors.squared();
    float[] map = new float[counted.length];
    for (int i = 0; i < map.length; i++) {
      double sum = 0;
      for (float[] trial : squared) sum += trial[i];
      map[i] = counted[i] ? (float) (sum / squared.length) : Float.NaN;
    }
    maps[errors.level()][errors.prompt()] = map;
    for (int j = 0; j < squared.length; j++) {
      means[errors.prompt()][errors.level()][j] = mean(squared[j]);
    }
  }

  private double mean(float[] trial) {
    double sum = 0;
    for (int i = 0; i < trial.length; i++) if (counted[i]) sum += trial[i];
    return sum / cells();
  }

  /** Returns how many cells count. */
  int cells() {
    return Math.toIntExact(IntStream.range(0, counted.length).filter(i -> counted[i]).count());
  }

  int levels() {
    return levels;
  }

  int prompts() {
    return prompts;
  }

  /** Returns the mean over channels and trials in each cell; NaN where it does not count. */
  float[] map(int level, int prompt) {
    return maps[level][prompt];
  }

  /** Returns the mean over trials and cells at a level. */
  double at(int level, int prompt) {
    return Arrays.stream(means[prompt][level]).average().orElseThrow();
  }

  private DoubleStream all(int prompt) {
    return Arrays.stream(means[prompt]).flatMapToDouble(Arrays::stream);
  }

  /** Returns the mean of all errors of a prompt. */
  double mean(int prompt) {
    return all(prompt).average().orElseThrow();
  }

  /** Returns the standard deviation (n − 1) over levels and trials; NaN of a single one. */
  double deviation(int prompt) {
    double mean = mean(prompt);
    double squares = all(prompt).map(error -> (error - mean) * (error - mean)).sum();
    return Math.sqrt(squares / (levels * trials - 1));
  }

  /** Returns the share of levels and trials at which a prompt has the least error. */
  double wins(int prompt) {
    int wins = 0;
    for (int k = 0; k < levels; k++) {
      for (int j = 0; j < trials; j++) if (best(k, j) == prompt) wins++;
    }
    return (double) wins / (levels * trials);
  }

  private int best(int level, int trial) {
    int best = 0;
    for (int p = 1; p < prompts; p++) {
      if (means[p][level][trial] < means[best][level][trial]) best = p;
    }
    return best;
  }

  /**
   * Returns the probability of each prompt, if all were as likely before: the softmax of −n times
   * the error (arXiv:2303.16203, equation 5).
   *
   * @param numbers n, how many latent values count
   */
  double[] probabilities(int numbers) {
    double least = mean(ranked().get(0));
    double[] odds = new double[prompts];
    Arrays.setAll(odds, p -> Math.exp(-numbers * (mean(p) - least)));
    double sum = Arrays.stream(odds).sum();
    return Arrays.stream(odds).map(odd -> odd / sum).toArray();
  }

  /** Returns the prompts, that of the least error first. */
  List<Integer> ranked() {
    return IntStream.range(0, prompts)
        .boxed()
        .sorted(Comparator.comparingDouble(this::mean))
        .toList();
  }
}
