/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers;

import org.scijava.plugin.SciJavaPlugin;

/**
 * A way to take the steps from noise to data: computes before a run all the numbers that it needs.
 *
 * <p>An implementation is one class with the annotation {@code @Plugin(type = Solver.class, name =
 * "euler", label = "Euler", description = "its idea and its paper", priority = …)}: name is the key
 * in macros, label stands in dialogs, a higher priority stands further up. It has a constructor
 * without parameters and keeps no state.
 */
public interface Solver extends SciJavaPlugin {

  /**
   * Whether there is a scheduler of this solver and these sigmas.
   *
   * @param sigmas the rule that places the steps
   * @return whether the config places them, unless the solver says otherwise
   */
  default boolean takes(Sigmas sigmas) {
    return sigmas.followConfig();
  }

  /**
   * Where else than the model's config says its steps may lie.
   *
   * @return where another {@code timestep_spacing} puts them, unless the solver says otherwise
   */
  default Placement placement() {
    return Placement.TIMESTEPS;
  }

  /**
   * Whether a rule may place its steps.
   *
   * @param rule of its own, not the config's
   * @return what {@link #placement} says, unless the solver takes some rules only
   */
  default boolean isPlacedBy(Sigmas rule) {
    return placement().takesSigmas();
  }

  /**
   * Whether it goes back to more noise and takes steps again, where and how often being decided by
   * the number of steps that run. No part of such a run can be resumed, and none has a step cache.
   *
   * @return false, unless the solver says otherwise
   */
  default boolean repeatsSteps() {
    return false;
  }

  /**
   * Whether its weights depend on the sigma with which a run begins, so that no part of a run can
   * be resumed with the same numbers.
   *
   * @return false, unless the solver says otherwise
   */
  default boolean weighsByStart() {
    return false;
  }

  /**
   * The limits of x̂0 that it obeys where a model's config asks for them.
   *
   * @return none, unless the solver says otherwise
   */
  default ClipSettings clipSettings() {
    return ClipSettings.NONE;
  }

  /**
   * An evaluation of its plan with x̂0 clipped.
   *
   * @param evaluation of {@link #plan}
   * @param limit of x̂0
   * @return a copy whose history entry is made of the clipped x̂0
   */
  default Evaluation clipped(Evaluation evaluation, Clipping limit) {
    return evaluation.clipped(limit);
  }

  /**
   * The table of one run.
   *
   * @param noise the model's noise schedule
   * @param sigmas the rule that places the steps
   * @param steps the number of steps of a whole run, 1…{@link NoiseSchedule#trainSteps()}
   * @param strength the part of them that runs, 0…1: the last {@code min(int(steps · strength),
   *     steps)}; at 1 the run starts from noise alone, at 0 there is nothing to do
   * @return the plan
   * @throws Refusal if the config or the noise schedule asks for something that this solver cannot
   *     do
   * @throws IllegalArgumentException if steps or strength are out of range
   */
  Plan plan(NoiseSchedule noise, Sigmas sigmas, int steps, double strength);
}
