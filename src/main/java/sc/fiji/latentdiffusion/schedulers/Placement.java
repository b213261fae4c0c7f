/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers;

/** Where a solver's steps may lie instead of where the model's config puts them. */
public enum Placement {

  /** At the timesteps of another {@code timestep_spacing}: leading, linspace or trailing. */
  TIMESTEPS,

  /** At {@link Sigmas} of a rule of their own. */
  SIGMAS,

  /** At either. */
  BOTH;

  /**
   * Whether the timesteps may be those of another {@code timestep_spacing}.
   *
   * @return false if the solver spaces them in a way of its own
   */
  public boolean takesTimesteps() {
    return this != SIGMAS;
  }

  /**
   * Whether a rule may place sigmas.
   *
   * @return false if the solver knows train timesteps only
   */
  public boolean takesSigmas() {
    return this != TIMESTEPS;
  }
}
