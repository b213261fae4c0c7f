/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * How far some work is, and whether to stop it: every run and download reports to a {@link
 * sc.fiji.latentdiffusion.progress.Progress}, which the hosts show; a {@link
 * sc.fiji.latentdiffusion.progress.ShutdownGuard} lets the program end only between its parts.
 */
package sc.fiji.latentdiffusion.progress;
