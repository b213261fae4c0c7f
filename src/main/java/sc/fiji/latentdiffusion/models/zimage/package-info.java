/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Z-Image and Z-Image-Turbo, declared: how to recognise them, their components, and the transformer
 * that denoises patches of latents beside the tokens of a prompt, which Qwen3 encodes.
 */
package sc.fiji.latentdiffusion.models.zimage;
