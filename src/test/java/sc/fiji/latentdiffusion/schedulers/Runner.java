/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers;

import java.util.ArrayList;
import java.util.List;

/** Runs a plan over one number, in doubles: the plainest reading of the table. */
public final class Runner {

  /** A denoiser's output for one scaled sample. */
  public interface Model {
    /** Returns the output for the input of an evaluation. */
    double predict(double input, Evaluation evaluation);
  }

  private Runner() {}

  /** The draws of noise, from the stream or from the Brownian path. */
  public interface Source {
    /** Returns one draw. */
    double draw(Evaluation evaluation);
  }

  /** Returns the final sample of a plan that starts from data and noise, without further noise. */
  public static double run(Plan plan, double data, double noise, Model model) {
    return run(plan, data, noise, model, evaluation -> 0);
  }

  /** Returns the final sample, with a source of further noise. */
  public static double run(Plan plan, double data, double noise, Model model, Source source) {
    double x = (plan.dataWeight() == 0 ? 0 : plan.dataWeight() * data) + plan.noiseWeight() * noise;
    List<Double> samples = new ArrayList<>();
    List<Double> models = new ArrayList<>();
    List<Double> draws = new ArrayList<>();
    for (Evaluation evaluation : plan.evaluations()) {
      double out = model.predict(evaluation.inputScale() * x, evaluation);
      models.add(0, model(evaluation, x, out));
      samples.add(0, x);
      samples.set(
          0,
          sum(evaluation.correction().sampleWeights(), samples)
              + sum(evaluation.correction().modelWeights(), models)
              + sum(evaluation.correction().noiseWeights(), draws));
      if (!evaluation.noiseWeights().isEmpty()) draws.add(0, source.draw(evaluation));
      x =
          sum(evaluation.sampleWeights(), samples)
              + sum(evaluation.modelWeights(), models)
              + sum(evaluation.noiseWeights(), draws);
    }
    return x;
  }

  private static double model(Evaluation evaluation, double x, double out) {
    double data = evaluation.predOriginalSample().of(x, out);
    return evaluation.model().of(x, out)
        + evaluation.clipping().map(c -> c.dataWeight() * c.of(data)).orElse(0.0);
  }

  private static double sum(List<Double> weights, List<Double> values) {
    double total = 0;
    for (int i = 0; i < weights.size(); i++) total += weights.get(i) * values.get(i);
    return total;
  }
}
