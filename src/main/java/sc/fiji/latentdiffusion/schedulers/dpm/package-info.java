/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The solvers that step in λ = log(α/σ) – DPM-Solver, UniPC – and KDPM2, one file each, found by
 * {@code @Plugin}. All other solvers are in {@code schedulers.solvers}. A solver works the same in
 * either folder.
 */
package sc.fiji.latentdiffusion.schedulers.dpm;
