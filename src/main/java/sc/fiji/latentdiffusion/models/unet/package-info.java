/**
 * The U-Net of Stable Diffusion (diffusers' UNet2DConditionModel): the denoiser, the network and
 * its blocks.
 */
package sc.fiji.latentdiffusion.models.unet;
