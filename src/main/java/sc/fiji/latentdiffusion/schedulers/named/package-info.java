/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Schedulers and spacings of steps by the names that macros say: {@link
 * sc.fiji.latentdiffusion.schedulers.named.Schedulers} lists every solver with each of the sigmas
 * that it takes, {@link sc.fiji.latentdiffusion.schedulers.named.Spacings} where the steps may lie.
 */
package sc.fiji.latentdiffusion.schedulers.named;
