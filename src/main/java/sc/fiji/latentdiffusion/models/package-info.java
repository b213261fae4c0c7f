/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The interfaces of a model: family and its declaration, denoiser (the inputs that it {@link
 * sc.fiji.latentdiffusion.models.Takes takes}, and the image that it may {@link
 * sc.fiji.latentdiffusion.models.Sight see}), autoencoder, conditioner, latent space; the
 * conditioning that passes between them; and the networks whose weights are in memory. This package
 * knows no architecture: each has a package below this one, beside that of the prompts. A family is
 * one class marked {@code @Plugin} in a package of its own; it builds a model of networks. Where
 * the denoiser works on pixels, the autoencoder is the identity and {@link
 * sc.fiji.latentdiffusion.models.LatentSpace#factor} is 1. {@code src/test/extension/toyflow} is an
 * example to copy, {@code toypixels} one on pixels and without prompts.
 */
package sc.fiji.latentdiffusion.models;
