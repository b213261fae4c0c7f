/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/** Layers that several architectures share, with their shapes checked and their kernels. */
package sc.fiji.latentdiffusion.nn.layers;
