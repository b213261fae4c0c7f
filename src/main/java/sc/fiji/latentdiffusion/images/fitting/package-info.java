/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Fits a model's picture to the image into which it goes, before the edge of the selection is
 * blended: first brightness ({@code Level}), then noise and texture ({@code Detail}). {@code
 * Fitting} holds the options, {@code Fitted} the result. {@code Repainting} takes a selection
 * through a model: what it sees, and what goes back into the picture.
 */
package sc.fiji.latentdiffusion.images.fitting;
