/** The U-Net of Stable Diffusion (diffusers' UNet2DConditionModel) and its blocks. */
package sc.fiji.latentdiffusion.models.unet;
