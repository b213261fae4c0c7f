package sc.fiji.latentdiffusion.schedulers;

import java.util.ArrayList;
import java.util.List;

/** Runs a plan over one number, in doubles: the table's meaning in its plainest form. */
public final class Runner {

  /** The network: its output for one scaled sample. */
  public interface Model {
    /** The output for the input of a step. */
    double predict(double input, Evaluation step);
  }

  private Runner() {}

  /** What is drawn at an evaluation, of the stream or of the Brownian path. */
  public interface Source {
    /** One draw. */
    double draw(Evaluation step);
  }

  /** The final sample of a plan that starts from these data and noise, without further noise. */
  public static double run(Plan plan, double data, double noise, Model model) {
    return run(plan, data, noise, model, step -> 0);
  }

  /** The same with a source of further noise. */
  public static double run(Plan plan, double data, double noise, Model model, Source source) {
    double x = (plan.dataWeight() == 0 ? 0 : plan.dataWeight() * data) + plan.noiseWeight() * noise;
    List<Double> samples = new ArrayList<>();
    List<Double> models = new ArrayList<>();
    List<Double> draws = new ArrayList<>();
    for (Evaluation step : plan.steps()) {
      double out = model.predict(step.inputScale() * x, step);
      models.add(0, step.model().of(x, out));
      samples.add(0, x);
      samples.set(
          0,
          sum(step.correction().sampleWeights(), samples)
              + sum(step.correction().modelWeights(), models));
      if (!step.noiseWeights().isEmpty()) draws.add(0, source.draw(step));
      x =
          sum(step.sampleWeights(), samples)
              + sum(step.modelWeights(), models)
              + sum(step.noiseWeights(), draws);
    }
    return x;
  }

  private static double sum(List<Double> weights, List<Double> values) {
    double total = 0;
    for (int i = 0; i < weights.size(); i++) total += weights.get(i) * values.get(i);
    return total;
  }
}
