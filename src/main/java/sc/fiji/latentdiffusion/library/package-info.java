/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The models on this computer: their list, a summary of each, the memory that it takes, its loader,
 * and the models that are kept loaded.
 */
package sc.fiji.latentdiffusion.library;
