/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Latents without a run: {@code LatentSource} gives those of a picture or of a latent image, {@code
 * Posterior} says what of the encoder's distribution is shown, {@code LatentMath} compares and
 * blends latent images, {@code LatentView} decodes them.
 */
package sc.fiji.latentdiffusion.images.latents;
