/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.tables;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import sc.fiji.latentdiffusion.images.results.EvaluationLabel;
import sc.fiji.latentdiffusion.sampler.Evaluated;
import sc.fiji.latentdiffusion.schedulers.Evaluation;

/** The rows of one run for {@link StepTable}. It reads tensors and changes none. */
public final class StepRows implements Consumer<Evaluated> {

  private final int run;
  private final long seed;
  private final int slice;
  private final List<EvaluationLabel> labels;
  private final List<Map<String, Double>> rows = new ArrayList<>();
  private float[] predictedBefore;

  /**
   * @param run from 1
   * @param seed of the run
   * @param slice of the input, from 1
   * @param labels of the evaluations
   */
  StepRows(int run, long seed, int slice, List<EvaluationLabel> labels) {
    this.run = run;
    this.seed = seed;
    this.slice = slice;
    this.labels = labels;
  }

  /**
   * Appends a row.
   *
   * @param evaluated of a single answer
   */
  @Override
  public void accept(Evaluated evaluated) {
    Map<String, Double> row = new LinkedHashMap<>();
    row.put("run", (double) run);
    row.put("seed", (double) seed);
    row.put("slice", (double) slice);
    place(row, evaluated.evaluation());
    quantity(row, "x", values(evaluated.sample()));
    float[] noise = quantity(row, "noise", values(evaluated.noise()));
    float[] predicted = quantity(row, "predicted", values(evaluated.predOriginalSample()));
    halves(row, evaluated.halves(), noise);
    row.put("change", predictedBefore == null ? Double.NaN : rms(predicted, predictedBefore));
    predictedBefore = predicted;
    rows.add(row);
  }

  private void place(Map<String, Double> row, Evaluation evaluation) {
    EvaluationLabel label = labels.get(evaluation.index());
    double snr = evaluation.level().snr();
    row.put("evaluation", rows.size() + 1.0);
    row.put("step", (double) label.step());
    row.put("part of step", (double) label.part());
    row.put("timestep", evaluation.timestep());
    row.put("sigma", evaluation.sigma());
    row.put("alpha-bar", evaluation.level().alphaCumprod());
    row.put("SNR", snr);
    row.put("SNR (dB)", 10 * Math.log10(snr));
  }

  private static float[] quantity(Map<String, Double> row, String name, float[] values) {
    Moments moments = Moments.of(values);
    row.put(name + " mean", moments.mean());
    row.put(name + " SD", moments.deviation());
    row.put(name + " min", moments.min());
    row.put(name + " max", moments.max());
    row.put(name + " RMS", moments.rms());
    return values;
  }

  private static void halves(Map<String, Double> row, Evaluated.Halves halves, float[] noise) {
    boolean isOnly = halves.unconditional().isEmpty();
    float[] with = isOnly ? noise : values(halves.conditional());
    float[] without = halves.unconditional().map(StepRows::values).orElse(null);
    row.put("conditional RMS", Moments.of(with).rms());
    row.put("unconditional RMS", isOnly ? Double.NaN : Moments.of(without).rms());
    row.put("difference RMS", isOnly ? Double.NaN : rms(with, without));
    row.put("cosine", isOnly ? Double.NaN : cosine(with, without));
  }

  private static float[] values(NDArray tensor) {
    return tensor.toFloatArray();
  }

  /** The root of the mean square of a difference. */
  private static double rms(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = (double) a[i] - b[i];
      sum += difference * difference;
    }
    return Math.sqrt(sum / a.length);
  }

  private static double cosine(float[] a, float[] b) {
    double product = 0;
    for (int i = 0; i < a.length; i++) product += (double) a[i] * b[i];
    return product / (a.length * Moments.of(a).rms() * Moments.of(b).rms());
  }

  /** Returns the rows so far, each a number by its column. */
  List<Map<String, Double>> rows() {
    return rows;
  }
}
