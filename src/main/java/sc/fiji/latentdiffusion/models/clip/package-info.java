/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/** CLIP, from words to conditioning states: the tokenizer and the text encoder. */
package sc.fiji.latentdiffusion.models.clip;
