/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * One command, run over values of one or two of its keys. {@code SweptValues} reads the values,
 * {@code SweepPlan} checks and combines them before anything runs, {@code SweepRun} runs all
 * combinations and makes their pictures one hyperstack.
 */
package sc.fiji.latentdiffusion.hosts.sweep;
