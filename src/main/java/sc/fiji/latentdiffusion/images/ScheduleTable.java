package sc.fiji.latentdiffusion.images;

import ij.measure.ResultsTable;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Step;

/**
 * Plans as ImageJ's table, a row an evaluation. Weights are named by what they weigh in
 *
 * <pre>
 * m(n)   = [x in m] · x(n) + [output in m] · output(n)
 * x(n+1) = [x(n)] · x(n) + [x(n-1)] · x(n-1) + … + [m(n)] · m(n) + … + [z(n)] · z(n) + …
 * </pre>
 *
 * where x is the sample, output the network's for {@code [input scale] · x}, m what is remembered
 * of it, and z noise; a weight that a method does not have is 0.
 */
final class ScheduleTable {

  /** Digits behind the point: ᾱ and weights may be small. */
  static final int DECIMALS = 6;

  private final ResultsTable table = new ResultsTable();

  private ScheduleTable() {}

  /** The table of plans by their scheduler's name. */
  static ResultsTable of(Map<String, Plan> plans) {
    ScheduleTable table = new ScheduleTable();
    plans.forEach(table::add);
    table.table.setPrecision(DECIMALS);
    return table.table;
  }

  private void add(String scheduler, Plan plan) {
    List<StepPart> parts = StepPart.of(plan);
    for (int i = 0; i < parts.size(); i++) {
      table.addRow();
      table.addValue("scheduler", scheduler);
      table.addValue("evaluation", i + 1);
      table.addValue("step", parts.get(i).step());
      table.addValue("part of step", parts.get(i).part());
      add(plan.steps().get(i));
    }
  }

  private void add(Step step) {
    table.addValue("timestep", step.timestep());
    table.addValue("sigma", step.sigma());
    table.addValue("alpha-bar", step.level().alphaCumprod());
    table.addValue("SNR", step.level().snr());
    table.addValue("input scale", step.inputScale());
    table.addValue("x in m", step.model().sample());
    table.addValue("output in m", step.model().output());
    add("x", step.sampleWeights());
    add("m", step.modelWeights());
    add("z", step.noiseWeights());
  }

  private void add(String quantity, List<Double> weights) {
    for (int i = 0; i < weights.size(); i++) {
      table.addValue(quantity + (i == 0 ? "(n)" : "(n-" + i + ")"), weights.get(i));
    }
  }
}
