/**
 * The Stable Diffusion families, declared: how to recognise them, their components, and the names
 * in their single files.
 */
package sc.fiji.latentdiffusion.models.stablediffusion;
