/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The kinds of autoencoders that models may have, by their class in diffusers; and an autoencoder
 * alone, as a model of its own.
 */
package sc.fiji.latentdiffusion.models.autoencoder;
