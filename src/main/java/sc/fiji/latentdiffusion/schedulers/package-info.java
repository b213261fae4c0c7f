/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * A scheduler as a table. A {@link sc.fiji.latentdiffusion.schedulers.Solver} takes the steps of a
 * run, {@link sc.fiji.latentdiffusion.schedulers.Sigmas} place them, a {@link
 * sc.fiji.latentdiffusion.schedulers.NoiseSchedule} gives their noise levels. The result is a
 * {@link sc.fiji.latentdiffusion.schedulers.Plan}: for each evaluation of the network the timestep,
 * the scale of the input, and the weights with which sample, earlier outputs and fresh noise make
 * the next sample. Pure numbers; nothing here knows tensors.
 */
package sc.fiji.latentdiffusion.schedulers;
