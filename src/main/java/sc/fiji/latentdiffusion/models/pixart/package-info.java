/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * PixArt-Σ and PixArt-α, declared: how to recognise them, their components, and the transformer
 * that denoises patches of latents and looks at the words of a prompt, which T5 encodes.
 */
package sc.fiji.latentdiffusion.models.pixart;
