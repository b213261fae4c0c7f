/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Add-ons of a model: the shape that LoRA, ControlNet and textual inversion share, and the syntax
 * of their lists. Each kind is a package below this one with one {@link
 * sc.fiji.latentdiffusion.addons.AddOn}, found by {@code @Plugin}. It can change weights, add words
 * to prompts, or steer the denoiser by residuals ({@link sc.fiji.latentdiffusion.addons.Added}).
 * Its key is a field of {@code hosts.SamplingCommand}, or of a command of its own. {@code
 * src/test/extension/toyscaling} is an example to copy.
 */
package sc.fiji.latentdiffusion.addons;
