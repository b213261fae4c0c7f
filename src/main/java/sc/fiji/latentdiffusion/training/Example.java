/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.training;

/**
 * A picture to learn from, as a model sees it.
 *
 * @param pixels {@code [3, height, width]}, -1..1
 * @param width in pixels
 * @param height in pixels
 * @param caption that goes with it
 */
public record Example(float[] pixels, int width, int height, String caption) {}
