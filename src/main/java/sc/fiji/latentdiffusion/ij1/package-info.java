/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Plain ImageJ 1.x: the entries of the menu, the plugin that each of them starts, and the dialog
 * that it makes of a command's keys. Fiji does not use this package.
 */
package sc.fiji.latentdiffusion.ij1;
