/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/** Textual inversion: files with the vectors of learned words, which a prompt may then use. */
package sc.fiji.latentdiffusion.addons.embedding;
