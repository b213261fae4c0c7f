/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Models that draw without words: diffusers' {@code UNet2DModel} on pixels, or on the latents of an
 * autoencoder, as its training scripts leave them behind. {@link
 * sc.fiji.latentdiffusion.models.unet2d.UNet2DModel} is the network, {@link
 * sc.fiji.latentdiffusion.models.unet2d.Level} and {@link
 * sc.fiji.latentdiffusion.models.unet2d.Middle} are its parts; the text of its kernels is {@code
 * unet2d}.
 */
package sc.fiji.latentdiffusion.models.unet2d;
