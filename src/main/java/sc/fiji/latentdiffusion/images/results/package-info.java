/**
 * The images that a run leaves: its result, the stacks of its steps, its latents, the preview while
 * it runs, and the Info that says what made them.
 */
package sc.fiji.latentdiffusion.images.results;
