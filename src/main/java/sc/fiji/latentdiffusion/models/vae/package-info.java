/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The autoencoder of Stable Diffusion (diffusers' AutoencoderKL), encoder and decoder apart, with
 * tiles for large pictures.
 */
package sc.fiji.latentdiffusion.models.vae;
