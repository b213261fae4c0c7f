/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora;

/**
 * A LoRA to merge into a model.
 *
 * @param file of its tensors
 * @param weight 0 for none of it, 1 as it was trained, below 0 for its opposite
 */
public record Lora(LoraFile file, double weight) {}
