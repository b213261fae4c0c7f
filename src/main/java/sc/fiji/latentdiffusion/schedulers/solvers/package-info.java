/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The solvers, which take the steps of a run, one file each, found by {@code @Plugin}. {@code
 * Solver.takes} says for which sigmas a solver has a scheduler, for example {@code _k} for Karras.
 * {@code schedulers.dpm} holds more solvers.
 */
package sc.fiji.latentdiffusion.schedulers.solvers;
