/** CLIP: prompt syntax, tokenizer, text encoder. */
package sc.fiji.latentdiffusion.models.clip;
