/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Random numbers: torch's generators for CPUs and GPUs in Java ({@code Rng}), the normal numbers of
 * a seed, and the Brownian path of stochastic solvers.
 */
package sc.fiji.latentdiffusion.random;
