/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The areas of an image that are repainted: the selection or its parts, the ROIs of the ROI Manager
 * or of the overlay, each multiplied by a mask ({@code MaskImage}). {@code Areas} finds them and
 * sorts them into {@code Place}s, one for each run. {@code AreaOptions} holds the keys, {@code
 * LabelImage} is the image of their numbers.
 */
package sc.fiji.latentdiffusion.images.areas;
