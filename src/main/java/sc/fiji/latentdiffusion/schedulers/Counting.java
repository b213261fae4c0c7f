/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers;

/** How a solver counts the steps of a run when it places them among the train timesteps. */
public enum Counting {

  /** The steps themselves, from the first to the last: k-diffusion's methods. */
  POINTS,

  /** The intervals between steps and the end at 0, which is no step: DPM-Solver's family. */
  INTERVALS,

  /** The intervals, and always of equal length, whatever the config says. */
  EVEN_INTERVALS
}
