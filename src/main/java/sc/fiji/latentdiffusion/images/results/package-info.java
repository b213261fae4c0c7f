/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The results of a run: its image, the stacks of its evaluations, its latents, the previews while
 * it runs ({@code PreviewKind} says how each is made; its choices are a key of {@code
 * hosts.SamplingCommand} and of {@code commands.Invert}), and the Info with every setting that made
 * them.
 */
package sc.fiji.latentdiffusion.images.results;
