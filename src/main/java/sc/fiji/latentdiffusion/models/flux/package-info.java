/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * FLUX.1 dev and schnell, declared: how to recognise them, their components, and the transformer
 * that denoises patches of latents beside the tokens of a prompt, which CLIP and T5 encode.
 */
package sc.fiji.latentdiffusion.models.flux;
