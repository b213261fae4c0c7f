/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers;

import java.util.Optional;
import org.scijava.plugin.SciJavaPlugin;

/**
 * A rule that places the steps of a run: {@link Solver} × Sigmas is a {@link Scheduler}.
 *
 * <p>An implementation is one class with the annotation {@code @Plugin(type = Sigmas.class, name =
 * "karras", label = "Karras", description = "with sigmas …: its paper", priority = …)}. Name is a
 * value of the key {@code spacing}. Where there is a {@link #suffix}, it stands behind the name of
 * the solver, as in euler_k, label and description behind its own; the priority is added to the
 * solver's. It has a constructor without parameters and keeps no state.
 */
public interface Sigmas extends SciJavaPlugin {

  /**
   * The steps of a whole run.
   *
   * @param noise the model's noise schedule
   * @param counting how the solver counts its steps
   * @param steps the number of steps, 1…{@link NoiseSchedule#trainSteps()}
   * @param end the sigma at which the last step ends
   * @return the steps; some rules place more or fewer
   * @throws IllegalArgumentException if there is no room for so many steps
   */
  Steps steps(NoiseSchedule noise, Counting counting, int steps, double end);

  /**
   * The sigma of the last step of a long run, at which some solvers end it.
   *
   * @param noise the model's noise schedule
   * @return the sigma, &gt; 0
   */
  default double last(NoiseSchedule noise) {
    return noise.sigmas()[0];
  }

  /**
   * What stands behind the names of solvers with these sigmas.
   *
   * @return empty if only the key {@code spacing} names them
   */
  default Optional<String> suffix() {
    return Optional.empty();
  }

  /**
   * Whether the steps lie where the model's config puts them.
   *
   * @return false for a rule of its own
   */
  default boolean followConfig() {
    return false;
  }
}
