/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Finds the classes marked {@code @Plugin}, and the names nearest to a misspelt one. Nothing here
 * knows what a plugin is for.
 */
package sc.fiji.latentdiffusion.plugins;
