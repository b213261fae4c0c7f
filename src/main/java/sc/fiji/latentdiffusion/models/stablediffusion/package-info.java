/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The Stable Diffusion families, declared: how to recognise them, their components, how a model is
 * built of them, and the names in their single files.
 */
package sc.fiji.latentdiffusion.models.stablediffusion;
