/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Checks of an installation: {@code Checking} makes a row of {@code CheckTable} for each fact about
 * schedulers, networks, and reference numbers beside a model.
 */
package sc.fiji.latentdiffusion.images.check;
