/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers;

/**
 * An increment of a run's Brownian path W, whose time is the VE sigma: {@code (W(to) − W(from)) /
 * √|to − from|}, which is standard normal. Increments over intervals that overlap are correlated as
 * the path says.
 *
 * @param from the sigma at which the interval starts, ≥ 0
 * @param to the sigma at which it ends, ≥ 0, not equal to from
 */
public record BrownianIncrement(double from, double to) {}
