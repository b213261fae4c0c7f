/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.tables;

import ij.measure.ResultsTable;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import sc.fiji.latentdiffusion.images.results.EvaluationLabel;
import sc.fiji.latentdiffusion.images.tables.Schedule.PlanName;
import sc.fiji.latentdiffusion.schedulers.BrownianIncrement;
import sc.fiji.latentdiffusion.schedulers.Clipping;
import sc.fiji.latentdiffusion.schedulers.Correction;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.Plan;

/**
 * Plans as ImageJ's table, a row for each evaluation. Weights are named by their factors in
 *
 * <pre>
 * m(n)   = [x in m] · x(n) + [output in m] · output(n)
 * s(n)   = [x(n) in s] · x(n) + [s(n-1) in s] · s(n-1) + … + [m(n) in s] · m(n) + …
 * x(n+1) = [s(n)] · s(n) + [s(n-1)] · s(n-1) + … + [m(n)] · m(n) + … + [z(n)] · z(n) + …
 * </pre>
 *
 * where x is the sample, output the denoiser's for {@code [input scale] · x}, m the remembered
 * model output, s the kept sample, which is x unless the scheduler corrects it, and z noise. A
 * weight that a scheduler does not have is 0. {@code clip} is the limit of x̂0, if there is one. If
 * z comes from a Brownian path, it is the increment between the sigmas {@code z from} and {@code z
 * to}.
 */
final class ScheduleTable {

  /** Digits behind the decimal point: ᾱ and weights may be small. */
  static final int DECIMALS = 6;

  private final ResultsTable table = new ResultsTable();

  /** Columns of each kind of weight: as many as any of the plans needs. */
  private final int samples;

  private final int models;
  private final int noises;
  private final int correctedSamples;
  private final int correctedModels;
  private final int correctedNoises;

  private ScheduleTable(Collection<Plan> plans) {
    samples = most(plans, Evaluation::sampleWeights);
    models = most(plans, Evaluation::modelWeights);
    noises = most(plans, Evaluation::noiseWeights);
    correctedSamples = most(plans, evaluation -> evaluation.correction().sampleWeights());
    correctedModels = most(plans, evaluation -> evaluation.correction().modelWeights());
    correctedNoises = most(plans, evaluation -> evaluation.correction().noiseWeights());
  }

  private static int most(Collection<Plan> plans, Function<Evaluation, List<Double>> weights) {
    return plans.stream()
        .flatMap(plan -> plan.evaluations().stream())
        .mapToInt(evaluation -> weights.apply(evaluation).size())
        .max()
        .orElse(0);
  }

  /** Returns the table of plans; a column names their models if there are several. */
  static ResultsTable of(Map<PlanName, Plan> plans) {
    ScheduleTable table = new ScheduleTable(plans.values());
    plans.forEach(table::add);
    table.table.setPrecision(DECIMALS);
    return table.table;
  }

  private void add(PlanName name, Plan plan) {
    List<EvaluationLabel> parts = EvaluationLabel.of(plan);
    for (int i = 0; i < parts.size(); i++) {
      table.addRow();
      if (!name.model().isEmpty()) table.addValue("model", name.model());
      table.addValue("scheduler", name.scheduler());
      table.addValue("evaluation", i + 1);
      table.addValue("step", parts.get(i).step());
      table.addValue("part of step", parts.get(i).part());
      add(plan.evaluations().get(i));
    }
  }

  private void add(Evaluation evaluation) {
    table.addValue("timestep", evaluation.timestep());
    table.addValue("sigma", evaluation.sigma());
    table.addValue("alpha-bar", evaluation.level().alphaCumprod());
    table.addValue("SNR", evaluation.level().snr());
    table.addValue("input scale", evaluation.inputScale());
    table.addValue("x in m", evaluation.model().sample());
    table.addValue("output in m", evaluation.model().output());
    table.addValue("clip", evaluation.clipping().map(Clipping::text).orElse(""));
    add(evaluation.correction());
    add("s", evaluation.sampleWeights(), samples, "");
    add("m", evaluation.modelWeights(), models, "");
    add("z", evaluation.noiseWeights(), noises, "");
    evaluation.increment().ifPresent(this::add);
  }

  private void add(Correction correction) {
    List<Double> kept = correction.sampleWeights();
    table.addValue("x(n) in s", kept.get(0));
    for (int i = 1; i < correctedSamples; i++) {
      table.addValue(name("s", i) + " in s", i < kept.size() ? kept.get(i) : 0);
    }
    add("m", correction.modelWeights(), correctedModels, " in s");
    for (int i = 0; i < correctedNoises; i++) {
      List<Double> weights = correction.noiseWeights();
      table.addValue(name("z", i + 1) + " in s", i < weights.size() ? weights.get(i) : 0);
    }
  }

  private void add(BrownianIncrement increment) {
    table.addValue("z from", increment.from());
    table.addValue("z to", increment.to());
  }

  private void add(String quantity, List<Double> weights, int columns, String where) {
    for (int i = 0; i < columns; i++) {
      table.addValue(name(quantity, i) + where, i < weights.size() ? weights.get(i) : 0);
    }
  }

  private static String name(String quantity, int before) {
    return quantity + (before == 0 ? "(n)" : "(n-" + before + ")");
  }
}
