/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers;

import java.util.List;
import java.util.Optional;

/** Evaluations of given numbers, for tests. */
public final class TestEvaluations {

  private TestEvaluations() {}

  /** Returns an evaluation with all the weights that a table shows. */
  public static Evaluation of(
      int index,
      int step,
      double timestep,
      NoiseLevel level,
      OutputWeights model,
      List<Double> sampleWeights,
      List<Double> modelWeights,
      List<Double> noiseWeights) {
    return new Evaluation(
        index,
        step,
        timestep,
        level.sigmaExploding(),
        level,
        model,
        Prediction.EPSILON.predOriginalSample(level),
        Prediction.EPSILON.noise(level),
        Optional.empty(),
        Correction.NONE,
        sampleWeights,
        modelWeights,
        noiseWeights,
        Optional.empty());
  }

  /** Returns an evaluation with a given place and noise level, and weights of 1. */
  public static Evaluation of(int index, int step, double timestep, NoiseLevel level) {
    List<Double> one = List.of(1.0);
    return of(index, step, timestep, level, new OutputWeights(0, 1), one, one, List.of());
  }
}
