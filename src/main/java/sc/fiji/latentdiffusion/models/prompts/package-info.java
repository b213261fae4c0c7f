/**
 * The words that a run is given: a prompt and a negative one, the learned words that they may
 * contain, and the tokens that they become. A family has a {@link
 * sc.fiji.latentdiffusion.models.prompts.PromptTokenizer} for each of its text encoders; CLIP's is
 * in {@code models.clip}.
 */
package sc.fiji.latentdiffusion.models.prompts;
