/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.tables;

import ij.IJ;
import ij.ImagePlus;
import ij.measure.ResultsTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.images.results.EvaluationLabel;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.keys.Numbers;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.named.Spacings;

/**
 * The plans of schedulers for a model, or for several, as plots and a table.
 *
 * @param sigmas the plot "Sigma by step"
 * @param alphas the plot "Alpha-bar by step"
 * @param table a row for each evaluation of the network
 */
public record Schedule(ImagePlus sigmas, ImagePlus alphas, ResultsTable table) {

  /**
   * A curve.
   *
   * @param scheduler its name
   * @param spacing where its steps lie
   */
  public record Choice(String scheduler, String spacing) {

    /** Returns both names, without a spacing that is the scheduler's own. */
    String name() {
      return spacing.equals(Spacings.MODEL) ? scheduler : scheduler + " " + spacing;
    }
  }

  /**
   * The name of a plan.
   *
   * @param model its name; empty if there is only one
   * @param scheduler its name, with that of the spacing
   */
  record PlanName(String model, String scheduler) {

    /** Returns it as the legend has it. */
    @Override
    public String toString() {
      return model.isEmpty() ? scheduler : model + ": " + scheduler;
    }
  }

  /** The title of the table's window. */
  public static final String TABLE = "Schedule";

  /**
   * Plans and draws.
   *
   * @param models their noise schedules by their names; of one the name is not used
   * @param request of which steps and strength are used
   * @param choices the curves of each model. Of several, those that can't be planned for a model
   *     are left out; the log and the Info say why
   * @param info of the plots
   * @throws IllegalArgumentException if no scheduler or no step is left
   */
  public static Schedule of(
      Map<String, NoiseSchedule> models, Request request, List<Choice> choices, Info info) {
    Map<PlanName, Plan> plans = plans(models, request, choices, info);
    if (plans.size() == 1) {
      plans.values().forEach(info::put);
    }
    SchedulePlot plot = new SchedulePlot(Curve.of(plans), stepsLabel(request, plans));
    ImagePlus sigmas = plot.sigmas(models.values());
    Schedule schedule = new Schedule(sigmas, plot.alphas(), ScheduleTable.of(plans));
    info.applyTo(schedule.sigmas);
    info.applyTo(schedule.alphas);
    return schedule;
  }

  private static Map<PlanName, Plan> plans(
      Map<String, NoiseSchedule> models, Request request, List<Choice> choices, Info info) {
    Map<PlanName, Plan> plans = new LinkedHashMap<>();
    Map<PlanName, IllegalArgumentException> refused = new LinkedHashMap<>();
    for (Choice choice : choices) {
      models.forEach(
          (model, noise) -> {
            PlanName name = new PlanName(models.size() == 1 ? "" : model, choice.name());
            try {
              plans.put(name, plan(noise, request, choice));
            } catch (IllegalArgumentException e) {
              refused.put(name, e);
            }
          });
    }
    if (plans.isEmpty()) {
      throw refused.values().iterator().next();
    }
    refused.forEach((name, e) -> leftOut(name, e, info));
    return plans;
  }

  private static Plan plan(NoiseSchedule noise, Request request, Choice choice) {
    Plan plan =
        Spacings.plan(
            noise, choice.scheduler(), choice.spacing(), request.steps(), request.strength());
    if (plan.isEmpty()) {
      throw noStep(request);
    }
    return plan;
  }

  private static void leftOut(PlanName name, IllegalArgumentException e, Info info) {
    IJ.log("Show Schedule: " + name + " is left out. " + e.getMessage());
    info.put("leftOut." + name, e.getMessage());
  }

  private static IllegalArgumentException noStep(Request request) {
    return new IllegalArgumentException(
        String.format(
            "Strength %s of %d steps leaves no step; nothing to show. Give a strength of at"
                + " least %s.",
            Numbers.text(request.strength()),
            request.steps(),
            Numbers.text(Math.ceil(1000.0 / request.steps()) / 1000)));
  }

  private static String stepsLabel(Request request, Map<PlanName, Plan> plans) {
    int run = plans.values().stream().mapToInt(Schedule::steps).max().orElseThrow();
    String all = run == request.steps() ? "" : " (the last " + run + " of " + request.steps() + ")";
    return "step" + all;
  }

  private static int steps(Plan plan) {
    return EvaluationLabel.of(plan).stream().mapToInt(EvaluationLabel::step).max().orElse(0);
  }
}
