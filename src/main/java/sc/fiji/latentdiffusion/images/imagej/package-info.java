/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * ImageJ's images and windows as a whole: {@code Copies} of images, those that a user names in
 * {@code OpenImages}, and the size and place of a new window in {@code HeldBounds}.
 */
package sc.fiji.latentdiffusion.images.imagej;
