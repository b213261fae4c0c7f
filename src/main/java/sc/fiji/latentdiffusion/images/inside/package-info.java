/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * What a run shows of itself beside its stacks: {@code Montage} is the picture of the four steps,
 * {@code Insides} holds all that are asked for and gives them the evaluations of each run.
 */
package sc.fiji.latentdiffusion.images.inside;
