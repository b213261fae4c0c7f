/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/** Files of gigabytes: their bytes, their identity, and their sizes and paths as texts. */
package sc.fiji.latentdiffusion.io.files;
