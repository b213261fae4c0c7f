package sc.fiji.latentdiffusion.schedulers;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/** Runs a plan over one number, in doubles: the table's meaning in its plainest form. */
public final class Runner {

  /** The network: its output for one scaled sample. */
  public interface Model {
    /** The output for the input of a step. */
    double predict(double input, Step step);
  }

  private Runner() {}

  /** The final sample of a plan that starts from these data and noise. */
  public static double run(Plan plan, double data, double noise, Model model) {
    return run(plan, data, noise, model, () -> 0);
  }

  /** The same with a source of further noise. */
  public static double run(
      Plan plan, double data, double noise, Model model, DoubleSupplier randn) {
    double x = (plan.dataWeight() == 0 ? 0 : plan.dataWeight() * data) + plan.noiseWeight() * noise;
    List<Double> samples = new ArrayList<>();
    List<Double> models = new ArrayList<>();
    List<Double> draws = new ArrayList<>();
    for (Step step : plan.steps()) {
      double out = model.predict(step.inputScale() * x, step);
      samples.add(0, x);
      models.add(0, step.model().of(x, out));
      if (!step.noiseWeights().isEmpty()) draws.add(0, randn.getAsDouble());
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
