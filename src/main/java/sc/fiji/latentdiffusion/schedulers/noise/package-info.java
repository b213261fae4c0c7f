/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The noise schedules of models: how much of data and of noise a sample holds at each timestep,
 * read from {@code scheduler_config.json}.
 */
package sc.fiji.latentdiffusion.schedulers.noise;
