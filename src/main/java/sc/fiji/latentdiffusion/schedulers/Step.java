package sc.fiji.latentdiffusion.schedulers;

import java.util.List;
import java.util.Locale;

/**
 * One evaluation of the network in a {@link Plan}, and what is done with its output. With x_n the
 * sample at evaluation n, out_n what the network makes of it, m_n the entry that is remembered, z
 * standard normal noise:
 *
 * <pre>
 * out_n    = network(inputScale · x_n, timestep)
 * m_n      = model.sample · x_n + model.output · out_n
 * x_(n+1)  = Σ_j sampleWeights[j] · x_(n−j)  +  Σ_k modelWeights[k] · m_(n−k)  +  Σ_l noiseWeights[l] · z_l
 * </pre>
 *
 * History begins at the first evaluation that runs. A method with two evaluations a step goes back
 * to an earlier sample by {@code sampleWeights = (0, 1)}. Noise is drawn at this evaluation if
 * {@code noiseWeights} is not empty, even with a weight of 0; z_0 is this draw, z_1 the draw
 * before.
 *
 * @param index the number of this evaluation in its plan, from 0
 * @param step the number of the step in its plan that it belongs to, from 0
 * @param timestep the time the network is told, in train timesteps; may be a fraction
 * @param level how noisy x_n is
 * @param model the weights that make the history entry m_n
 * @param predOriginalSample the weights that make x̂0, the data as the network believes it
 * @param noise the weights that make ε̂, the noise as the network believes it
 * @param sampleWeights the weights of x_n, x_(n−1), …
 * @param modelWeights the weights of m_n, m_(n−1), …
 * @param noiseWeights the weights of the newest draw of noise, the one before, …; empty if none is
 *     drawn
 */
public record Step(
    int index,
    int step,
    double timestep,
    NoiseLevel level,
    Linear model,
    Linear predOriginalSample,
    Linear noise,
    List<Double> sampleWeights,
    List<Double> modelWeights,
    List<Double> noiseWeights) {

  /** Keeps unmodifiable copies of the weights. */
  public Step {
    sampleWeights = List.copyOf(sampleWeights);
    modelWeights = List.copyOf(modelWeights);
    noiseWeights = List.copyOf(noiseWeights);
  }

  /**
   * A step of a method without noise that remembers x̂0, one evaluation a step.
   *
   * @param index the number of this evaluation and step in its plan, from 0
   * @param timestep the time the network is told
   * @param level how noisy the sample is
   * @param prediction what the network predicts
   * @param sampleWeight the weight of x_n
   * @param modelWeights the weights of x̂0 at this and earlier evaluations
   * @return the step
   */
  public static Step ofData(
      int index,
      double timestep,
      NoiseLevel level,
      Prediction prediction,
      double sampleWeight,
      List<Double> modelWeights) {
    Linear data = prediction.predOriginalSample(level);
    return new Step(
        index,
        index,
        timestep,
        level,
        data,
        data,
        prediction.noise(level),
        List.of(sampleWeight),
        modelWeights,
        List.of());
  }

  /**
   * The sigma of the sample in the VE convention.
   *
   * @return √((1−ᾱ)/ᾱ); infinite where nothing of the data is left
   */
  public double sigma() {
    return level.sigmaExploding();
  }

  /**
   * The factor from the sample to the network's input.
   *
   * @return 1 for samples that are kept variance preserving
   */
  public double inputScale() {
    return level.inputScale();
  }

  /** How many evaluations before this one it needs something of, from 0. */
  int lookback() {
    return Math.max(
        Math.max(sampleWeights.size(), modelWeights.size()) - 1, noiseWeights.size() - 1);
  }

  /** One row of the plan's table. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%5d %5d %10.4f %12.6g %10.6f  m = %.6g x %+.6g out   x' = %s x + %s m + %s z",
        index,
        step,
        timestep,
        sigma(),
        inputScale(),
        model.sample(),
        model.output(),
        text(sampleWeights),
        text(modelWeights),
        text(noiseWeights));
  }

  private static String text(List<Double> weights) {
    StringBuilder s = new StringBuilder("(");
    for (double w : weights)
      s.append(s.length() > 1 ? ", " : "").append(String.format(Locale.ROOT, "%.6g", w));
    return s.append(")").toString();
  }
}
