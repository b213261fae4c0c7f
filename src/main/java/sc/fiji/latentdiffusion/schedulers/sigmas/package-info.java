/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The rules that place the steps of a run: at the timesteps of the model's config, or at sigmas of
 * their own. One file each, found by {@code @Plugin}.
 */
package sc.fiji.latentdiffusion.schedulers.sigmas;
