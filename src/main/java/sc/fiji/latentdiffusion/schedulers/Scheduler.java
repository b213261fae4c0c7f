/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers;

import org.scijava.plugin.Plugin;

/**
 * A solver with a rule that places its steps.
 *
 * @param solver takes the steps
 * @param sigmas places them
 */
public record Scheduler(Solver solver, Sigmas sigmas) {

  /**
   * The name in macros.
   *
   * @return the solver's, with that of the sigmas behind it, as euler_k
   */
  public String name() {
    return joined(of(solver).name(), "_", sigmas.suffix().orElse(""));
  }

  /**
   * The name in dialogs.
   *
   * @return the solver's, with that of the sigmas behind it, as Euler Karras
   */
  public String label() {
    return joined(of(solver).label(), " ", of(sigmas).label());
  }

  /**
   * The idea, in one line with its paper.
   *
   * @return the solver's description, or the solver's label with the description of the sigmas
   */
  public String description() {
    String rule = of(sigmas).description();
    return rule.isEmpty() ? of(solver).description() : of(solver).label() + " " + rule;
  }

  /**
   * The place in lists.
   *
   * @return a number; a higher one stands further up
   */
  public double priority() {
    return of(solver).priority() + of(sigmas).priority();
  }

  /**
   * The table of one run.
   *
   * @param noise the model's noise schedule
   * @param steps the number of steps of a whole run, 1…{@link NoiseSchedule#trainSteps()}
   * @param strength the part of them that runs, 0…1, as {@link Solver#plan} says
   * @return the plan
   * @throws IllegalArgumentException if steps or strength are out of range, or the config asks for
   *     something that this scheduler cannot do; the message names the scheduler
   */
  public Plan plan(NoiseSchedule noise, int steps, double strength) {
    if (Plan.begin(noise, steps, strength) == steps) return Plan.EMPTY;
    try {
      Plan plan = solver.plan(noise, sigmas, steps, strength);
      return solver
          .clipSettings()
          .of(noise)
          .map(limit -> plan.with(row -> solver.clipped(row, limit)))
          .orElse(plan);
    } catch (Refusal e) {
      throw new IllegalArgumentException("Scheduler '" + name() + "' " + e.getMessage(), e);
    }
  }

  private static Plugin of(Object plugin) {
    return plugin.getClass().getAnnotation(Plugin.class);
  }

  private static String joined(String first, String separator, String second) {
    return second.isEmpty() ? first : first + separator + second;
  }
}
