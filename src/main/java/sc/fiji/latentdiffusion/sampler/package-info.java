/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The loop that removes noise. {@link sc.fiji.latentdiffusion.sampler.Sampler} runs any plan over
 * latents, one {@link sc.fiji.latentdiffusion.sampler.Evaluated} a step; {@link
 * sc.fiji.latentdiffusion.sampler.TiledModel} shows a large picture to the network tile by tile;
 * {@link sc.fiji.latentdiffusion.sampler.KnownRegion} holds what must not change.
 */
package sc.fiji.latentdiffusion.sampler;
