/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Parts of a model by themselves, outside of a run: {@code PromptedDenoiser} evaluates the denoiser
 * at any time, {@code NoiseProbe} compares the noise that it expects with the noise that is there.
 * {@code OnePoint} gives schedulers a problem whose solution is known, {@code NetworkSample} is one
 * output of the denoiser, {@code RoundTrip} encodes and decodes a picture, {@code Goldens} are
 * numbers that another software gave.
 */
package sc.fiji.latentdiffusion.probes;
