/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * LoRA and its kin: changes of weights. {@code LoraFile} reads a file, {@code LoraLayers} finds the
 * model's layer of each of its tensors. Each {@code Algebra} by which tensors make a change is a
 * file of the package {@code algebras}. {@code DoraChange} goes on top of several of them. {@code
 * PeftSettings} knows what peft's settings say. {@code LoraTensorName} names the kinds that are
 * refused.
 */
package sc.fiji.latentdiffusion.addons.lora;
