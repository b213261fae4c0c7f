/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.bench;

import com.google.gson.Gson;
import java.util.List;

/**
 * What one process measured.
 *
 * @param name whose, and the precision
 * @param start seconds from the start of the process to the first step
 * @param steps seconds of each step
 * @param processor seconds of all cores a step; of a busy machine the steadier figure
 * @param decode seconds of the VAE's decoding; 0 without a VAE
 * @param peak resident size in GiB
 */
record Measurement(
    String name, double start, List<Double> steps, double processor, double decode, double peak) {

  static final String MARK = "measured ";

  /** Prints one line that {@link #parse} reads. */
  void print() {
    System.out.println(MARK + new Gson().toJson(this));
  }

  /** Reads what follows the mark. */
  static Measurement parse(String line) {
    return new Gson().fromJson(line, Measurement.class);
  }

  /** The median of the steps but the first, which warms up. */
  double step() {
    return median(steps.size() > 1 ? steps.subList(1, steps.size()) : steps);
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int n = sorted.size();
    return (sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2;
  }
}
