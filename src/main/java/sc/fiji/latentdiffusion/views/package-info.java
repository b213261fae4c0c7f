/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * How a large picture is cut into views: {@link sc.fiji.latentdiffusion.views.Tiling} holds their
 * size and overlap, {@link sc.fiji.latentdiffusion.views.View} is one of them, and {@link
 * sc.fiji.latentdiffusion.views.Ramp} says how they fade into one another. The denoiser sees one
 * view after another ({@code sampler.TiledModel}); the autoencoder's tiles are laid out in the same
 * way.
 */
package sc.fiji.latentdiffusion.views;
