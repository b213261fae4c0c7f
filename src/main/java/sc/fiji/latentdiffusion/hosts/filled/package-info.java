/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/** Dialogs that begin with values from elsewhere: {@code NextValues} gives them to commands. */
package sc.fiji.latentdiffusion.hosts.filled;
