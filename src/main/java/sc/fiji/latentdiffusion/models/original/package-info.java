/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/** What the single files with original names have in common, whatever family they belong to. */
package sc.fiji.latentdiffusion.models.original;
