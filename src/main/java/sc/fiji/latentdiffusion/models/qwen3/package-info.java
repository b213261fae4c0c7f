/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Qwen3, a language model whose states are a conditioning: the network up to its last layer but
 * one, its tokenizer with the chat template, and both as a text encoder. Which models have it, the
 * families say.
 */
package sc.fiji.latentdiffusion.models.qwen3;
