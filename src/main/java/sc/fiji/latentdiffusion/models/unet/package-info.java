/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The U-Net of Stable Diffusion (diffusers' UNet2DConditionModel): the denoiser, the network and
 * its blocks, and the original names of its tensors.
 */
package sc.fiji.latentdiffusion.models.unet;
