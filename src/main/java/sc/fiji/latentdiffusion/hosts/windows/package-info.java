/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Windows of a run: {@code PreviewWindow} while it goes on, {@code ResultWindows} for its images
 * and table, each with a title of its own, magnified, and beside one another; {@code MergedLatents}
 * for what ImageJ's commands make of them.
 */
package sc.fiji.latentdiffusion.hosts.windows;
