/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The words that a run is given: a prompt and a negative one, the syntax by which they weigh words
 * (brackets, {@code BREAK}), the learned words that they may contain, and the tokens that they
 * become. A family has a {@link sc.fiji.latentdiffusion.models.prompts.PromptTokenizer} for each of
 * its text encoders, for example those in {@code models.clip} and {@code models.t5}; {@link
 * sc.fiji.latentdiffusion.models.prompts.JsonTokenizer} runs any {@code tokenizer.json}.
 */
package sc.fiji.latentdiffusion.models.prompts;
