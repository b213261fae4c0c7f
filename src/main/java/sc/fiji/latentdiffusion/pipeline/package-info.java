/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The four steps of latent diffusion. {@link sc.fiji.latentdiffusion.pipeline.Run} holds them in
 * order: noise of the seed; noise predicted by the denoiser; noise subtracted as the plan says, by
 * {@code sampler.Sampler}; latents decoded. {@link sc.fiji.latentdiffusion.pipeline.Guidance} asks
 * for the two halves of the prediction, which {@code guidance.GuidanceJoin} joins. A run is an
 * iteration over its evaluations: its user, {@code images.ImageRun}, stops it. {@link
 * sc.fiji.latentdiffusion.pipeline.Lockstep} runs the slices of a stack together, {@link
 * sc.fiji.latentdiffusion.pipeline.Together} several pictures in one batch. A {@link
 * sc.fiji.latentdiffusion.pipeline.Start} is where a run starts from: noise, a picture, latents, or
 * a picture to be inverted. A {@link sc.fiji.latentdiffusion.pipeline.Request} holds a small record
 * for each part; a new value goes into the record of the class that uses it.
 */
package sc.fiji.latentdiffusion.pipeline;
