/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Converts between ImageJ images and tensors: channels, ranges of values, regions, masks, blending.
 */
package sc.fiji.latentdiffusion.images.pixels;
