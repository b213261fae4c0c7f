/**
 * The verbs on images: text to image, image to image, show, decode and denoise latents. One loop
 * runs them all; progress, preview and stacks consume what it yields.
 */
package sc.fiji.latentdiffusion.images;
