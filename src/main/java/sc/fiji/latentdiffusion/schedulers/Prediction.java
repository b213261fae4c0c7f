/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers;

import java.util.Set;
import java.util.stream.Collectors;

/**
 * The quantity that a network was trained to predict; diffusers' {@code prediction_type}. Data and
 * noise follow linearly from the sample and the network's output.
 */
public enum Prediction {
  /** The noise in the sample. */
  EPSILON("epsilon") {
    @Override
    public OutputWeights predOriginalSample(NoiseLevel level) {
      if (level.alpha() == 0)
        throw new IllegalArgumentException(
            "The schedule starts where nothing of the data is left (rescale_betas_zero_snr=true),"
                + " and there prediction_type=epsilon says nothing about the picture; expected"
                + " v_prediction or sample, or timestep_spacing=leading.");
      return new OutputWeights(1 / level.alpha(), -level.sigma() / level.alpha());
    }

    @Override
    public OutputWeights noise(NoiseLevel level) {
      return new OutputWeights(0, 1);
    }
  },

  /** The velocity {@code α · noise − σ · x0} in VP terms (Salimans and Ho 2022, section 4). */
  V_PREDICTION("v_prediction") {
    @Override
    public OutputWeights predOriginalSample(NoiseLevel level) {
      double scale = level.inputScale();
      return new OutputWeights(level.alpha() * scale * scale, -level.sigma() * scale);
    }

    @Override
    public OutputWeights noise(NoiseLevel level) {
      double scale = level.inputScale();
      return new OutputWeights(level.sigma() * scale * scale, level.alpha() * scale);
    }
  },

  /** The data itself. */
  SAMPLE("sample") {
    @Override
    public OutputWeights predOriginalSample(NoiseLevel level) {
      return new OutputWeights(0, 1);
    }

    @Override
    public OutputWeights noise(NoiseLevel level) {
      return new OutputWeights(1 / level.sigma(), -level.alpha() / level.sigma());
    }
  },

  /** The velocity {@code noise − x0} of flow matching, where {@code alpha + sigma = 1}. */
  FLOW("flow_prediction") {
    @Override
    public OutputWeights predOriginalSample(NoiseLevel level) {
      return new OutputWeights(1, -level.sigma());
    }

    @Override
    public OutputWeights noise(NoiseLevel level) {
      return new OutputWeights(1, level.alpha());
    }
  };

  private final String text;

  Prediction(String text) {
    this.text = text;
  }

  /**
   * The prediction a config names.
   *
   * @param text {@code epsilon}, {@code v_prediction}, {@code sample} or {@code flow_prediction}
   * @param known the predictions that the noise schedule allows
   * @return the prediction
   * @throws IllegalArgumentException if none of the known has this name; the message lists them
   */
  public static Prediction of(String text, Set<Prediction> known) {
    for (Prediction p : known) if (p.text.equals(text)) return p;
    throw new IllegalArgumentException(
        "Unknown prediction_type '"
            + text
            + "'; expected one of "
            + known.stream().map(Prediction::toString).collect(Collectors.joining(", "))
            + ".");
  }

  /**
   * The data as the network predicts them, x̂0, from the sample and the network's output.
   *
   * @param level the sample's noise level
   * @return the weights of sample and output
   * @throws IllegalArgumentException if the level has no data in it and the output is noise alone
   */
  public abstract OutputWeights predOriginalSample(NoiseLevel level);

  /**
   * The noise as the network predicts it, ε̂, from the sample and the network's output.
   *
   * @param level the sample's noise level
   * @return the weights of sample and output
   */
  public abstract OutputWeights noise(NoiseLevel level);

  /** The name in diffusers' configs. */
  @Override
  public String toString() {
    return text;
  }
}
