/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers;

import java.util.List;

/**
 * The weights with which a predictor–corrector method changes the present sample once the network
 * has seen it; {@link Evaluation} has the formula.
 *
 * @param sampleWeights the weights of the present sample x_n and of the samples that were kept at
 *     the evaluations before, newest first
 * @param modelWeights the weights of the history entries m_n, m_(n−1), …
 * @param noiseWeights the weights of the draws of noise at the evaluations before, newest first
 */
public record Correction(
    List<Double> sampleWeights, List<Double> modelWeights, List<Double> noiseWeights) {

  /** The sample is kept as it is. */
  public static final Correction NONE = new Correction(List.of(1.0), List.of());

  /** Keeps unmodifiable copies of the weights. */
  public Correction {
    sampleWeights = List.copyOf(sampleWeights);
    modelWeights = List.copyOf(modelWeights);
    noiseWeights = List.copyOf(noiseWeights);
  }

  /** A correction without noise. */
  public Correction(List<Double> sampleWeights, List<Double> modelWeights) {
    this(sampleWeights, modelWeights, List.of());
  }
}
