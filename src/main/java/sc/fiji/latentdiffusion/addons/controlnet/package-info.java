/** ControlNet: a network that steers the denoiser by an image. */
package sc.fiji.latentdiffusion.addons.controlnet;
