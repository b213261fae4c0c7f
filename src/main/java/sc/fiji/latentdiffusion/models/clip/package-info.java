/**
 * CLIP, from words to conditioning states: the syntax of prompts (brackets, {@code BREAK}), the
 * tokenizer, the text encoder.
 */
package sc.fiji.latentdiffusion.models.clip;
