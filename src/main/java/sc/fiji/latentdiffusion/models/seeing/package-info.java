/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The kinds of {@link sc.fiji.latentdiffusion.models.Sight}: models for inpainting, for depth,
 * InstructPix2Pix, the upscaler, Marigold, and all others that see a picture. Each is one file; the
 * text of their kernels is {@code seeing}. A family says which one a model has.
 */
package sc.fiji.latentdiffusion.models.seeing;
