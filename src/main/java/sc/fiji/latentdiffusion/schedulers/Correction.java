package sc.fiji.latentdiffusion.schedulers;

import java.util.List;

/**
 * The weights with which a predictor–corrector method changes the present sample once the network
 * has seen it; {@link Evaluation} has the formula.
 *
 * @param sampleWeights the weights of the present sample x_n and of the samples that were kept at
 *     the evaluations before, newest first
 * @param modelWeights the weights of the history entries m_n, m_(n−1), …
 */
public record Correction(List<Double> sampleWeights, List<Double> modelWeights) {

  /** The sample is kept as it is. */
  public static final Correction NONE = new Correction(List.of(1.0), List.of());

  /** Keeps unmodifiable copies of the weights. */
  public Correction {
    sampleWeights = List.copyOf(sampleWeights);
    modelWeights = List.copyOf(modelWeights);
  }
}
