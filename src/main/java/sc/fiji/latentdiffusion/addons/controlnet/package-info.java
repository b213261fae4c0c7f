/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * ControlNet: a network beside the denoiser that sees an image and steers the denoiser by
 * residuals. {@code ControlNetFile} reads its files in any naming, {@code ControlNetModel} is the
 * network, {@code ControlNets} the add-on.
 */
package sc.fiji.latentdiffusion.addons.controlnet;
