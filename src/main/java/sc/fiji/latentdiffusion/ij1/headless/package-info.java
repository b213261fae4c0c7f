/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Macros without a screen: the main class, the loader that gives ImageJ windows without a screen,
 * the runner of a macro and the table of the commands that it may call.
 */
package sc.fiji.latentdiffusion.ij1.headless;
