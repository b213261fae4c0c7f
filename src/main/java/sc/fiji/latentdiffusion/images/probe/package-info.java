/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The noise that a model expects in an image: {@code PromptList} splits the prompts, {@code
 * Probing} asks the model with each, {@code NoiseErrors} collects its errors, {@code ErrorMap} and
 * {@code ErrorTables} show them.
 */
package sc.fiji.latentdiffusion.images.probe;
