/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The small autoencoder (diffusers' AutoencoderTiny), in place of a model's own, and its decoder
 * alone for previews.
 */
package sc.fiji.latentdiffusion.models.tiny;
