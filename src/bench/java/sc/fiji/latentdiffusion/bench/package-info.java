/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The benchmark: {@code FullSizeModel} writes a model folder of a published model's {@code Sizes}
 * with random weights, {@code Ours} measures one process on it, and {@code Bench} runs that and
 * diffusers alternately and prints the table. Not part of the jar.
 */
package sc.fiji.latentdiffusion.bench;
