/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The algebras by which the tensors of adapters change a weight W, one file each, found by
 * {@code @Plugin}: an {@code Algebra} names its tensors, says which weights they fit, and gives the
 * change as a {@code Formula} of the functions in the kernel text {@code algebras.torchscript},
 * which it calls through {@code AlgebraKernels}. Names and formulas are those of LyCORIS, kohya's
 * scripts and peft.
 */
package sc.fiji.latentdiffusion.addons.lora.algebras;
