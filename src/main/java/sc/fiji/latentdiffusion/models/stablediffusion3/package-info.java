/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Stable Diffusion 3 and 3.5, declared: how to recognise them, their components, their transformer,
 * how their three text encoders are joined, and the names in their single files.
 */
package sc.fiji.latentdiffusion.models.stablediffusion3;
